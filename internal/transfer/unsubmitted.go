package transfer

// HideUnsubmitted takes out what nobody but its author may read (RULES E3):
// drafts, and what is being rewritten since it came back, for which it puts
// what was submitted last. mine says whose unsubmitted work stays; an author is
// the person who recorded a piece, or empty for the apprentice.
func (d *Document) HideUnsubmitted(mine func(author string) bool) error {
	hidden, rewound := map[string]bool{}, map[string]bool{}
	d.Each("evidence", func(get Getter) {
		switch state := get.Text("state"); {
		case mine(get.Text("recorded_by")):
		case get.Number("revision") == 0:
			hidden[get.Text("id")] = true
		case state == "returned", state == "withdrawn" && get.Text("accepted_by") == "":
			rewound[get.Text("id")] = true
		}
	})
	shown := func(get Getter) bool { return !hidden[get.Text("evidence_id")] }
	d.keep("evidence", func(get Getter) bool { return !hidden[get.Text("id")] })
	d.keep("evidence_mappings", shown)
	d.keep("attachments", shown)
	d.Each("prior_learning", func(get Getter) {
		if hidden[get.Text("evidence_id")] {
			get.Set("evidence_id", nil)
		}
	})
	return d.rewind(rewound)
}

// rewind puts the content of the last revision into those pieces.
func (d *Document) rewind(which map[string]bool) error {
	last := map[string]content{}
	files := map[string]map[string]bool{}
	var err error
	d.Each("evidence_revisions", func(get Getter) {
		key := get.Text("evidence_id")
		var c content
		var all []attachment
		if e := get.JSON("content", &c); e != nil {
			err = e
		}
		if e := get.JSON("attachments", &all); e != nil {
			err = e
		}
		last[key], files[key] = c, map[string]bool{}
		for _, a := range all {
			files[key][a.ID] = true
		}
	})
	if err != nil {
		return err
	}
	d.Each("evidence", func(get Getter) {
		c := last[get.Text("id")]
		if !which[get.Text("id")] {
			return
		}
		details, e := plain(c.Details)
		if err == nil {
			err = e
		}
		normal, e := Normal(details)
		if err == nil {
			err = e
		}
		for column, v := range map[string]any{
			"kind": c.Kind, "title": c.Title, "occurred_on": null(c.OccurredOn), "narrative": c.Narrative, "reflection": c.Reflection, "details": normal,
			"observed_by": null(c.ObservedBy), "entries": int64(c.Entries), "anonymised": c.Anonymised, "prior_learning": c.PriorLearning,
		} {
			get.Set(column, v)
		}
	})
	d.keep("evidence_mappings", func(get Getter) bool { return !which[get.Text("evidence_id")] })
	for key := range which {
		for i, m := range last[key].Mapping {
			d.Add("evidence_mappings", Row{key, m.Code, int64(i), m.Justification, nil})
		}
	}
	d.Sort()
	d.keep("attachments", func(get Getter) bool {
		return !which[get.Text("evidence_id")] || files[get.Text("evidence_id")][get.Text("id")]
	})
	return err
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}
