//! What only the node that leads decides, when another one is asked: it asks the leader, once, as the caller.

use std::time::Duration;

use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_projector::ControlError;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use super::control;
use crate::door::Door;

/// Marks a call that a node makes for a caller of its own: whoever is asked so answers itself.
const PASSED_ON: &str = "sceau-passed-on";
/// What of a call goes with it.
const HEADERS: [&str; 3] = ["authorization", "grpc-timeout", "traceparent"];
/// How long the leader may take to take the call, and to give a sign of life while it works.
const ALIVE: Duration = Duration::from_secs(2);

/// The node that leads, and what came with the caller's message.
pub(super) struct Leader {
    pub(super) client: AdminServiceClient<Channel>,
    headers: MetadataMap,
}

impl Leader {
    /// The node that leads, for a call with these headers. Refused when it is not known which one that is, and when the
    /// call comes from a node that believes it to be this one.
    pub(super) fn of(door: &Door, headers: &MetadataMap) -> Result<Self, Status> {
        let unknown = || control(&ControlError::NotLeading);
        let cluster = door.cluster.as_ref().filter(|_| !headers.contains_key(PASSED_ON)).ok_or_else(unknown)?;
        let address = cluster.leader().ok_or_else(unknown)?;
        let endpoint = Endpoint::from_shared(address.to_string()).map_err(|_| unknown())?;
        let endpoint = endpoint.connect_timeout(ALIVE).http2_keep_alive_interval(ALIVE).keep_alive_timeout(ALIVE);
        let mut passed_on = MetadataMap::new();
        passed_on.insert(PASSED_ON, MetadataValue::from_static("1"));
        for name in HEADERS {
            if let Some(value) = headers.get(name) {
                passed_on.insert(name, value.clone());
            }
        }
        Ok(Self { client: AdminServiceClient::new(endpoint.connect_lazy()), headers: passed_on })
    }

    /// The caller's request, to be made once more.
    pub(super) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        *request.metadata_mut() = self.headers.clone();
        request
    }
}
