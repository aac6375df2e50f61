//! Callers that keep asking, and how long they wait.

use std::time::{Duration, Instant};

use crate::Result;

/// What callers got done.
pub(crate) struct Load {
    /// Answers per second.
    pub(crate) rate: f64,
    /// How long each waited.
    pub(crate) times: Times,
}

/// Lengths of time.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Adds one.
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// How many they are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The 99th percentile, in milliseconds.
    pub(crate) fn p99(&mut self) -> f64 {
        self.0.sort_unstable();
        let place = (self.0.len() * 99).div_ceil(100).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default().as_secs_f64() * 1e3
    }
}

/// `callers` tasks that each ask, wait for the answer, and ask again, for `time`. `ask` gets the caller's number and
/// the number of the question.
pub(crate) async fn closed_loop<F, A>(callers: u64, time: Duration, ask: F) -> Result<Load>
where
    F: Fn(u64, u64) -> A + Clone + Send + 'static,
    A: Future<Output = Result<()>> + Send,
{
    let begun = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let ask = ask.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                for nth in 0.. {
                    let asked = Instant::now();
                    if asked.duration_since(begun) >= time {
                        break;
                    }
                    ask(caller, nth).await?;
                    times.push(asked.elapsed());
                }
                Result::Ok(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.append(&mut task.await??);
    }
    let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(Load { rate, times: Times(times) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_99th_percentile_leaves_one_in_a_hundred_above_it() {
        let mut times = Times((1..=200).map(Duration::from_millis).collect());
        assert!((times.p99() - 198.0).abs() < 1e-9);
        assert!(Times::default().p99().abs() < f64::EPSILON);
    }
}
