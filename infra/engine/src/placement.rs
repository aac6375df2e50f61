//! Which partition a stream lives in.

use sceau_kernel::StreamId;

/// The partition of `stream` among `partitions`: FNV-1a, 64 bits (draft-eastlake-fnv), of the stream id, modulo their
/// number. It never changes, as events of a stream that moved would stand in two partitions.
pub fn partition_of(stream: &StreamId, partitions: u32) -> u32 {
    let hash = stream
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash % u64::from(partitions.max(1))) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_placement_of_a_stream_never_changes() {
        let place = |text: &str| partition_of(&text.parse().unwrap(), 4);
        assert_eq!(["ci/order/1", "ci/order/2", "ci/order/3", "sn/order/1"].map(place), [2, 3, 0, 3]);
    }

    #[test]
    fn streams_spread_over_all_partitions() {
        let mut counts = [0_u32; 4];
        for n in 0..4000 {
            counts[partition_of(&format!("ci/order/{n}").parse().unwrap(), 4) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
    }
}
