//! The tree of pages: every object's number, worked out from the number of pages.

/// Children of a node.
const FAN: u64 = 64;

/// A balanced tree.
#[derive(Debug)]
pub(super) struct Tree {
    pages: u64,
    /// Nodes of each level, the root's first.
    levels: Vec<u64>,
    /// Number of the root's object.
    root: u64,
}

impl Tree {
    /// The tree of so many pages, whose root is the object of this number.
    pub(super) fn of(pages: u64, root: u64) -> Self {
        let mut levels = vec![pages.div_ceil(FAN).max(1)];
        while levels[0] > 1 {
            levels.insert(0, levels[0].div_ceil(FAN));
        }
        Self { pages, levels, root }
    }

    pub(super) const fn pages(&self) -> u64 {
        self.pages
    }

    /// How many nodes it has.
    pub(super) fn nodes(&self) -> u64 {
        self.levels.iter().sum()
    }

    /// Number of the object of a page, which its content follows; of one more than there are, of what follows them all.
    pub(super) fn page(&self, nth: u64) -> u64 {
        self.root + self.nodes() + 2 * nth
    }

    /// Number of the object of a page's parent.
    pub(super) fn parent(&self, nth: u64) -> u64 {
        self.root + self.nodes() - self.levels[self.levels.len() - 1] + nth / FAN
    }

    /// The object of a node, counted from the root, that says `more`.
    pub(super) fn node(&self, nth: u64, more: &str) -> String {
        let (mut level, mut before) = (0, 0);
        while nth >= before + self.levels[level] {
            before += self.levels[level];
            level += 1;
        }
        let place = nth - before;
        let below = before + self.levels[level];
        let lowest = level + 1 == self.levels.len();
        let children = if lowest { self.pages } else { self.levels[level + 1] };
        let kids: String = (place * FAN..children.min((place + 1) * FAN))
            .map(|kid| format!("{} 0 R ", if lowest { self.page(kid) } else { self.root + below + kid }))
            .collect();
        let parent = match level.checked_sub(1) {
            Some(above) => format!("/Parent {} 0 R", self.root + before - self.levels[above] + place / FAN),
            None => String::new(),
        };
        let span = FAN.pow((self.levels.len() - level) as u32);
        let count = self.pages.min((place + 1) * span) - self.pages.min(place * span);
        format!(
            "{} 0 obj<</Type/Pages{parent}{more}/Kids[{}]/Count {count}>>endobj\n",
            self.root + nth,
            kids.trim_end()
        )
    }
}
