//! Who else is in the group.

use std::thread;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::groups::{GroupInfo, GroupList};

use super::MembershipError;

/// How soon the group is asked for again.
const AGAIN: Duration = Duration::from_millis(100);

/// Refuses a group in which somebody follows nothing that we follow. A platform of another version may follow a topic
/// more or less, but not only others.
pub(super) fn inspect(
    consumer: &BaseConsumer<impl ConsumerContext>,
    group: &str,
    ours: &[&str],
    timeout: Duration,
) -> Result<(), MembershipError> {
    let found = members(consumer, group, timeout)?;
    for member in found.groups().iter().flat_map(GroupInfo::members) {
        let Some(topics) = member.metadata().and_then(subscription) else { continue };
        if !topics.is_empty() && !topics.iter().any(|topic| ours.contains(&topic.as_str())) {
            let member = format!("{} at {}", member.client_id(), member.client_host());
            return Err(MembershipError::OtherPlatform { group: group.to_owned(), member, topics });
        }
    }
    Ok(())
}

/// The members of the group; a coordinator that has just been chosen needs a moment.
fn members(
    consumer: &BaseConsumer<impl ConsumerContext>,
    group: &str,
    timeout: Duration,
) -> Result<GroupList, MembershipError> {
    let deadline = Instant::now() + timeout;
    loop {
        match consumer.client().fetch_group_list(Some(group), timeout) {
            Ok(found) => return Ok(found),
            Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::GroupAuthorizationFailed) => {
                return Err(MembershipError::Denied { group: group.to_owned(), reason: error.to_string() });
            }
            Err(error) if Instant::now() >= deadline => {
                return Err(MembershipError::Unavailable { reason: error.to_string() });
            }
            Err(_) => thread::sleep(AGAIN),
        }
    }
}

/// The topics in a member's metadata: `version: int16, topics: [string], …` in Kafka's encoding
/// (`ConsumerProtocolSubscription.json` in Kafka's sources).
fn subscription(metadata: &[u8]) -> Option<Vec<String>> {
    let (_version, rest) = metadata.split_first_chunk::<2>()?;
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let mut topics = Vec::new();
    for _ in 0..i32::from_be_bytes(*count) {
        let (length, more) = rest.split_first_chunk::<2>()?;
        let length = usize::try_from(i16::from_be_bytes(*length)).ok()?;
        let (name, more) = more.split_at_checked(length)?;
        topics.push(String::from_utf8(name.to_vec()).ok()?);
        rest = more;
    }
    Some(topics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_from_a_members_metadata() {
        let metadata = b"\x00\x03\x00\x00\x00\x02\x00\x01a\x00\x02bc\xff\xff\xff\xff";
        assert_eq!(subscription(metadata), Some(vec!["a".to_owned(), "bc".to_owned()]));
        for cut in 0..13 {
            assert_eq!(subscription(&metadata[..cut]), None);
        }
        assert_eq!(subscription(b"\x00\x00\x7f\xff\xff\xff"), None);
    }
}
