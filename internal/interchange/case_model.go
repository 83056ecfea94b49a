package interchange

import "encoding/json"

// The classes of CASE 1.1. The json tags are the field names of the standard;
// the case tags are read by fields and say what holds for a value:
//
//	required   must be there
//	alone      must be there on its own, and must not inside a package
//	maybe      may be there on its own, and must not inside a package
//	packaged   looks as inside a package, here too
//	uuid, uri, date, time   what the text is
//	kind       an association type
//	is=A       the only value allowed

// Package is a CFPackage: one framework version.
type Package struct {
	Document     Document      `json:"CFDocument" case:"required"`
	Items        []Item        `json:"CFItems,omitempty"`
	Associations []Association `json:"CFAssociations,omitempty"`
	Definitions  Definitions   `json:"CFDefinitions,omitzero"`
	Rubrics      []Rubric      `json:"CFRubrics,omitempty"`
}

// Document is a CFDocument.
type Document struct {
	Identifier         string   `json:"identifier" case:"required,uuid"`
	URI                string   `json:"uri" case:"required,uri"`
	FrameworkType      string   `json:"frameworkType,omitempty"`
	CASEVersion        string   `json:"caseVersion,omitempty" case:"is=1.1"`
	Creator            string   `json:"creator" case:"required"`
	Title              string   `json:"title" case:"required"`
	LastChangeDateTime string   `json:"lastChangeDateTime" case:"required,time"`
	OfficialSourceURL  string   `json:"officialSourceURL,omitempty" case:"uri"`
	Publisher          string   `json:"publisher,omitempty"`
	Description        string   `json:"description,omitempty"`
	Subject            []string `json:"subject,omitempty"`
	SubjectURI         []Link   `json:"subjectURI,omitempty"`
	Language           string   `json:"language,omitempty"`
	Version            string   `json:"version,omitempty"`
	AdoptionStatus     string   `json:"adoptionStatus,omitempty"`
	StatusStartDate    string   `json:"statusStartDate,omitempty" case:"date"`
	StatusEndDate      string   `json:"statusEndDate,omitempty" case:"date"`
	LicenseURI         *Link    `json:"licenseURI,omitempty"`
	Notes              string   `json:"notes,omitempty"`
	PackageURI         *Link    `json:"CFPackageURI,omitempty" case:"alone"`
}

// Item is a CFItem.
type Item struct {
	Identifier           string   `json:"identifier" case:"required,uuid"`
	FullStatement        string   `json:"fullStatement" case:"required"`
	AlternativeLabel     string   `json:"alternativeLabel,omitempty"`
	ItemType             string   `json:"CFItemType,omitempty"`
	URI                  string   `json:"uri" case:"required,uri"`
	HumanCodingScheme    string   `json:"humanCodingScheme,omitempty"`
	ListEnumeration      string   `json:"listEnumeration,omitempty"`
	AbbreviatedStatement string   `json:"abbreviatedStatement,omitempty"`
	ConceptKeywords      []string `json:"conceptKeywords,omitempty"`
	ConceptKeywordsURI   *Link    `json:"conceptKeywordsURI,omitempty"`
	Notes                string   `json:"notes,omitempty"`
	Subject              []string `json:"subject,omitempty"`
	SubjectURI           []Link   `json:"subjectURI,omitempty"`
	Language             string   `json:"language,omitempty"`
	EducationLevel       []string `json:"educationLevel,omitempty"`
	ItemTypeURI          *Link    `json:"CFItemTypeURI,omitempty"`
	LicenseURI           *Link    `json:"licenseURI,omitempty"`
	StatusStartDate      string   `json:"statusStartDate,omitempty" case:"date"`
	StatusEndDate        string   `json:"statusEndDate,omitempty" case:"date"`
	LastChangeDateTime   string   `json:"lastChangeDateTime" case:"required,time"`
	DocumentURI          *Link    `json:"CFDocumentURI,omitempty" case:"alone"`
}

// Association is a CFAssociation.
type Association struct {
	Identifier         string `json:"identifier" case:"required,uuid"`
	Type               string `json:"associationType" case:"required,kind"`
	SequenceNumber     int    `json:"sequenceNumber,omitempty"`
	URI                string `json:"uri" case:"required,uri"`
	Origin             Node   `json:"originNodeURI" case:"required"`
	Destination        Node   `json:"destinationNodeURI" case:"required"`
	GroupingURI        *Link  `json:"CFAssociationGroupingURI,omitempty"`
	LastChangeDateTime string `json:"lastChangeDateTime" case:"required,time"`
	Notes              string `json:"notes,omitempty"`
	DocumentURI        *Link  `json:"CFDocumentURI,omitempty" case:"maybe"`
}

// Definitions are the CFDefinitions of a package.
type Definitions struct {
	Concepts     []Concept  `json:"CFConcepts,omitempty"`
	Subjects     []Subject  `json:"CFSubjects,omitempty"`
	Licenses     []License  `json:"CFLicenses,omitempty"`
	ItemTypes    []ItemType `json:"CFItemTypes,omitempty"`
	Associations []Grouping `json:"CFAssociationGroupings,omitempty"`
}

// Link is a LinkURI: it points to something of CASE.
type Link struct {
	Title      string `json:"title" case:"required"`
	Identifier string `json:"identifier" case:"required,uuid"`
	URI        string `json:"uri" case:"required,uri"`
}

// Node is a LinkGenURI: it points to something of CASE or of elsewhere.
type Node struct {
	Title      string `json:"title" case:"required"`
	Identifier string `json:"identifier" case:"required"`
	URI        string `json:"uri" case:"required,uri"`
	TargetType string `json:"targetType,omitempty" case:"target"`
}

// Concept is a CFConcept.
type Concept struct {
	Identifier         string `json:"identifier" case:"required,uuid"`
	URI                string `json:"uri" case:"required,uri"`
	Title              string `json:"title" case:"required"`
	Keywords           string `json:"keywords,omitempty"`
	HierarchyCode      string `json:"hierarchyCode" case:"required"`
	Description        string `json:"description,omitempty"`
	LastChangeDateTime string `json:"lastChangeDateTime" case:"required,time"`
}

// Subject is a CFSubject.
type Subject struct {
	Identifier         string `json:"identifier" case:"required,uuid"`
	URI                string `json:"uri" case:"required,uri"`
	Title              string `json:"title" case:"required"`
	HierarchyCode      string `json:"hierarchyCode" case:"required"`
	Description        string `json:"description,omitempty"`
	LastChangeDateTime string `json:"lastChangeDateTime" case:"required,time"`
}

// License is a CFLicense.
type License struct {
	Identifier         string `json:"identifier" case:"required,uuid"`
	URI                string `json:"uri" case:"required,uri"`
	Title              string `json:"title" case:"required"`
	Description        string `json:"description,omitempty"`
	LicenseText        string `json:"licenseText" case:"required"`
	LastChangeDateTime string `json:"lastChangeDateTime" case:"required,time"`
}

// ItemType is a CFItemType.
type ItemType struct {
	Identifier         string `json:"identifier" case:"required,uuid"`
	URI                string `json:"uri" case:"required,uri"`
	Title              string `json:"title" case:"required"`
	Description        string `json:"description" case:"required"`
	HierarchyCode      string `json:"hierarchyCode" case:"required"`
	TypeCode           string `json:"typeCode,omitempty"`
	LastChangeDateTime string `json:"lastChangeDateTime" case:"required,time"`
}

// Grouping is a CFAssociationGrouping.
type Grouping struct {
	Identifier         string `json:"identifier" case:"required,uuid"`
	URI                string `json:"uri" case:"required,uri"`
	Title              string `json:"title" case:"required"`
	Description        string `json:"description,omitempty"`
	LastChangeDateTime string `json:"lastChangeDateTime" case:"required,time"`
}

// Rubric is a CFRubric: the levels of every competency.
type Rubric struct {
	Identifier         string      `json:"identifier" case:"required,uuid"`
	URI                string      `json:"uri" case:"required,uri"`
	Title              string      `json:"title,omitempty"`
	Description        string      `json:"description,omitempty"`
	LastChangeDateTime string      `json:"lastChangeDateTime" case:"required,time"`
	Criteria           []Criterion `json:"CFRubricCriteria,omitempty"`
}

// Criterion is a CFRubricCriterion: one competency.
type Criterion struct {
	Identifier         string           `json:"identifier" case:"required,uuid"`
	URI                string           `json:"uri" case:"required,uri"`
	Category           string           `json:"category,omitempty"`
	Description        string           `json:"description,omitempty"`
	ItemURI            *Link            `json:"CFItemURI,omitempty"`
	Weight             float64          `json:"weight,omitempty"`
	Position           int              `json:"position,omitempty"`
	RubricID           string           `json:"rubricId,omitempty" case:"uuid"`
	LastChangeDateTime string           `json:"lastChangeDateTime" case:"required,time"`
	Levels             []CriterionLevel `json:"CFRubricCriterionLevels,omitempty"`
}

// CriterionLevel is a CFRubricCriterionLevel: one level of one competency.
type CriterionLevel struct {
	Identifier         string  `json:"identifier" case:"required,uuid"`
	URI                string  `json:"uri" case:"required,uri"`
	Description        string  `json:"description,omitempty"`
	Quality            string  `json:"quality,omitempty"`
	Score              float64 `json:"score,omitempty"`
	Feedback           string  `json:"feedback,omitempty"`
	Position           int     `json:"position,omitempty"`
	CriterionID        string  `json:"rubricCriterionId,omitempty" case:"uuid"`
	LastChangeDateTime string  `json:"lastChangeDateTime" case:"required,time"`
}

// The sets that some addresses answer with.
type (
	DocumentSet struct {
		Documents []Document `json:"CFDocuments" case:"required"`
	}
	AssociationSet struct {
		Item         Item          `json:"CFItem" case:"required"`
		Associations []Association `json:"CFAssociations" case:"required,packaged"`
	}
	ConceptSet struct {
		Concepts []Concept `json:"CFConcepts" case:"required"`
	}
	SubjectSet struct {
		Subjects []Subject `json:"CFSubjects" case:"required"`
	}
	ItemTypeSet struct {
		ItemTypes []ItemType `json:"CFItemTypes" case:"required"`
	}
)

// StatusInfo is an imsx_StatusInfo: what every refusal looks like.
type StatusInfo struct {
	CodeMajor   string    `json:"imsx_codeMajor" case:"required,is=failure"`
	Severity    string    `json:"imsx_severity" case:"required,is=error"`
	Description string    `json:"imsx_description,omitempty"`
	CodeMinor   CodeMinor `json:"imsx_codeMinor,omitzero"`
}

// CodeMinor is an imsx_CodeMinor.
type CodeMinor struct {
	Fields []CodeMinorField `json:"imsx_codeMinorField" case:"required"`
}

// CodeMinorField is an imsx_CodeMinorField.
type CodeMinorField struct {
	Name  string `json:"imsx_codeMinorFieldName" case:"required"`
	Value string `json:"imsx_codeMinorFieldValue" case:"required"`
}

// encode writes the package as JSON without blanks: the levels of every
// competency make it long.
func (p Package) encode() ([]byte, error) {
	text, err := json.Marshal(p)
	return append(text, '\n'), err
}
