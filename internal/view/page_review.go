package view

// ReviewForm is the form on a piece's page with which an assessor judges it;
// templates/partials/review-form.html draws it.
type ReviewForm struct{}
