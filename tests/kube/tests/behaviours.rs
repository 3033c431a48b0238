//! The fifteen behaviours of a real cluster that a dispatcher must survive, each brought about by the stand-in, and the
//! faults that can be ordered beside them.

mod behaviours {
    pub(crate) mod causes;
    pub(crate) mod ends;
    pub(crate) mod faults;
    pub(crate) mod restarts;
    pub(crate) mod room;
    pub(crate) mod truth;
    pub(crate) mod watches;
}
