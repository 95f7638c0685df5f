//! All errors of one derive, reported together.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects errors, each on its token, so that one build shows all of them.
#[derive(Default)]
pub(crate) struct Errors(RefCell<Option<syn::Error>>);

impl Errors {
    /// Records an error on these tokens.
    pub(crate) fn at(&self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    /// Records an error.
    pub(crate) fn add(&self, error: syn::Error) {
        let mut all = self.0.borrow_mut();
        match all.as_mut() {
            Some(all) => all.combine(error),
            None => *all = Some(error),
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_none()
    }

    /// The value, or nothing after recording the error.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// The expansion, with a `compile_error!` for each error.
    pub(crate) fn into_tokens(self, expansion: &TokenStream) -> TokenStream {
        let errors = self.0.into_inner().map(syn::Error::into_compile_error);
        quote::quote!(#expansion #errors)
    }
}
