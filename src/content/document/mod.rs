//! Readers of documents: what their bytes show only in part, as text.

pub(super) mod har;
pub(super) mod java_class;
mod json_parts;
pub(super) mod key_store;
pub(super) mod notebook;
pub(super) mod office;
pub(super) mod pdf;
mod pdf_text;
mod pdf_token;
pub(super) mod property_list;
pub(super) mod python;
pub(super) mod sqlite;
mod sqlite_record;
