-- A join table that an old tool made without its second foreign key.
ALTER TABLE "_LabelToLetter" DROP CONSTRAINT "_LabelToLetter_B_fkey";
