//! Whose epoch a number is.

use weir_core::cell::{CellBody, CellRecord};

use super::*;

fn with_epoch(n: u64, at: u64) -> State {
    let mut state = State::default();
    state.cell.apply(CellRecord {
        seq: Seq(at),
        at: Timestamp(0),
        body: CellBody::Epoch {
            epoch: Epoch(n),
            leader: "another".parse().unwrap(),
        },
    });
    state
}

fn leader(epoch: u64) -> Leader {
    let session = "0123456789abcdef".parse().unwrap();
    Leader::new(
        "one".parse().unwrap(),
        Epoch(epoch),
        session,
        SchedulerConfig::default(),
        Timestamp(0),
        Lines::default(),
    )
}

#[test]
fn a_number_is_ours_only_where_our_own_record_of_it_stands() {
    let (mut leader, state) = (leader(4), with_epoch(4, 27));
    assert!(!leader.holds_cell(&state));
    assert!(
        leader.deposed(&state).is_some(),
        "somebody else led under it"
    );
    let ours = Appended {
        seq: Seq(27),
        duplicate: false,
    };
    leader.on_cell(&CellWork::Epoch, &Ok(ours), Duration::ZERO);
    assert!(leader.holds_cell(&state));
    assert_eq!(leader.deposed(&state), None);
    assert!(leader.deposed(&with_epoch(5, 28)).is_some());
}
