//! Views of invoices and of what each company owes.
