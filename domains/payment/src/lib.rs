//! Invoices, settlements, credit notes and refunds.
