package loadgen

// What people write. No patient is in it, nor anybody else.
var (
	firstNames = []string{
		"Aisha", "Amelia", "Arjun", "Beatrice", "Callum", "Chloe", "Daniel", "Deepa", "Eilidh", "Emeka", "Farida", "Gareth", "Grace", "Hannah", "Imran", "Isla",
		"Jacob", "Jaswinder", "Kasia", "Kwame", "Layla", "Leon", "Maeve", "Mohammed", "Nadia", "Niamh", "Oliver", "Olusola", "Priya", "Rhys", "Rosa", "Samira",
		"Sean", "Sofia", "Tariq", "Tomasz", "Uzma", "Victoria", "Wen", "Yusuf", "Zoë", "Zuzanna",
	}
	lastNames = []string{
		"Abbott", "Adeyemi", "Ahmed", "Baker", "Begum", "Bennett", "Chowdhury", "Clarke", "Davies", "Dhillon", "Edwards", "Evans", "Farouk", "Fletcher", "Green",
		"Griffiths", "Hassan", "Hughes", "Iqbal", "Jackson", "Jones", "Kaur", "Kelly", "Khan", "Kowalska", "Lewis", "MacDonald", "Mensah", "Murphy", "Nguyen",
		"Novak", "O'Brien", "Okafor", "Osei", "Patel", "Pearce", "Rahman", "Roberts", "Shah", "Singh", "Taylor", "Thomas", "Walker", "Wang", "Williams", "Zając",
	}
	townNames = []string{
		"Abbey", "Ashgrove", "Beechwood", "Bridge", "Castle", "Cedar", "Church", "Cliff", "Dale", "Eastfield", "Elm", "Fairview", "Forest", "Garden", "Grange",
		"Grove", "Harbour", "Heath", "High Street", "Hillside", "Holly", "Island", "Kingsway", "Lake", "Lime Tree", "Market", "Meadow", "Mill", "Moor", "Northgate",
		"Oak", "Orchard", "Park", "Priory", "Quay", "Riverside", "Rose", "Southview", "Spring", "Station", "Stone", "Temple", "Valley", "Victoria", "Water", "Westgate",
		"Willow", "Windmill", "Woodland", "York Road",
	}
	practiceNames = []string{"Surgery", "Medical Centre", "Health Centre", "Practice", "Family Practice", "Group Practice", "Medical Practice", "Primary Care Centre"}

	titleEnds = []string{"", ": a morning in clinic", ": second attempt", ", with my mentor", ": what I changed", " on a busy day", ": notes from practice", ", step by step"}

	narratives = []string{
		"I prepared the room, checked the equipment and explained each step before I began.",
		"I read the protocol again first, because I had not done it for two weeks.",
		"I sorted forty items of clinical post and set three aside for a clinician, with the reason.",
		"I coded the letters of one clinic and had them checked against the summaries.",
		"My mentor watched the first half and I did the rest alone, with a check at the end.",
		"I wrote down what was asked for, by whom and until when, and put it into the workflow.",
		"We talked through what would have made me stop and ask, and I added it to my notes.",
		"I took the readings twice, recorded both and passed on the one outside the range at once.",
		"I rang back to say how long the wait would be and what to do if things got worse.",
		"The list was short enough to leave time for questions, which I wrote down as they came.",
	}
	reflections = []string{
		"I was slower than I wanted to be, but nothing was left out.", "Saying the steps aloud keeps me calm. I will go on doing it.",
		"Next time I will put everything within reach before I begin.", "I used to guess at abbreviations. Now I look them up.",
		"I asked earlier than I would have done a month ago, and that was right.", "The checklist helped until the interruption; then I had to start again.",
	}
	afterthoughts = []string{
		"Since the review I have added what I would do differently.", "I now say who I passed it on to, and when.", "I have added why the order of the steps matters.",
	}
	details        = []string{"Treatment room, routine", "Back office, checked by my mentor", "Agreed in our tutorial", "As in the practice's protocol", "Twelve, without a difference"}
	justifications = []string{
		"It shows each step of the statement.", "I did this myself, supervised.", "It was checked by a clinician.", "It shows when I stop and ask.", "I followed the protocol throughout.",
	}
	acceptComments = []string{"Clear and honest. Thank you.", "Good: you say what you would change.", "Accepted. Try it on a busier list next.", "Exactly what is needed.", "Well observed, well recorded."}
	returnComments = []string{
		"Please say what you did yourself, and what you would do differently.", "Which step did you check, and with whom? Add that and send it again.",
		"Tell me when you would have stopped and asked. Two sentences are enough.",
	}
	signComments = []string{"Seen in practice several times, always safe.", "Consistent over months.", "Confident, and asks when in doubt.", ""}
	breakReasons = []string{"Parental leave", "Ill health", "Caring for a relative", "The practice is between supervisors"}
	leaveReasons = []string{"Moved to another job", "Personal reasons", "The practice could not give protected time", "Began nurse training", "Moved away"}
)
