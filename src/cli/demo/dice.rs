//! Chance that falls the same way every time: the demo is the same tenant for everybody.

/// A small generator of numbers that only look random. Nothing that must stay secret comes from here.
pub(super) struct Dice(u64);

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl Dice {
    /// Dice that fall as `seed` has it.
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A byte. The generator is the linear congruential one of Knuth's MMIX, of which the high bits are the good ones.
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0.to_be_bytes()[0]
    }

    /// A number under `end`, or 0.
    pub(super) fn below(&mut self, end: u8) -> u8 {
        self.byte().checked_rem(end).unwrap_or_default()
    }

    /// Whether something happens that happens `percent` times out of a hundred.
    pub(super) fn chance(&mut self, percent: u8) -> bool {
        self.below(100) < percent
    }

    /// `length` letters and digits.
    pub(super) fn letters(&mut self, length: usize) -> String {
        (0..length).filter_map(|_| LETTERS.chars().nth(self.below(62).into())).collect()
    }

    /// A UUID as the server makes them.
    pub(super) fn uuid(&mut self) -> String {
        let bytes = std::array::from_fn(|_| self.byte());
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}
