package transfer

// Readme is README.txt.
const Readme = `This is the whole record of one person's apprenticeship, made by Countersign so
that it can move to another installation.

To read it, open portfolio.html or portfolio.pdf. The files that belong to the
evidence are in the folder "files", under their SHA-256.

To bring it into another installation of Countersign, a practice manager or hub
lead there chooses "Receive a portfolio", or whoever runs it uses:

    countersign package import FILE.zip --practice CODE

Nothing in this file may be changed: every part is named in manifest.json with
its SHA-256, every decision and every submitted piece of evidence carries a hash
of its own, and a package that was changed, or unpacked and packed again, is
refused. proof.json holds the signature of the installation that made it, and for
each decision the proof that it is in that installation's log. To check it
without any installation, use

    countersign verify FILE.zip --key KEYFILE

with the public key that the training hub it comes from gives you.

data.json holds the record. What it may hold is described by the JSON Schema at
/api/transfer-package.schema.json of every installation. The frameworks that the
decisions name are in the folder "frameworks".

Keep this file safe: it holds personal data.
`
