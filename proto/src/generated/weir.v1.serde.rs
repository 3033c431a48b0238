// Made from weir/v1/*.proto by `cargo run -p weir-proto --example regenerate`; not to be edited.
impl serde::Serialize for AfterOutcome {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.AfterOutcome", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AfterOutcome {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AfterOutcome;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.AfterOutcome")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AfterOutcome, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(AfterOutcome {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.AfterOutcome", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for after_outcome::Wanted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
            Self::Any => "ANY",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for after_outcome::Wanted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "SUCCESS",
            "FAILURE",
            "ANY",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = after_outcome::Wanted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "SUCCESS" => Ok(after_outcome::Wanted::Success),
                    "FAILURE" => Ok(after_outcome::Wanted::Failure),
                    "ANY" => Ok(after_outcome::Wanted::Any),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for BeforeLeader {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.BeforeLeader", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for BeforeLeader {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = BeforeLeader;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.BeforeLeader")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<BeforeLeader, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(BeforeLeader {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.BeforeLeader", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for BeingCancelled {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.BeingCancelled", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for BeingCancelled {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = BeingCancelled;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.BeingCancelled")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<BeingCancelled, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(BeingCancelled {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.BeingCancelled", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Cancel {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.grace.is_some() {
            len += 1;
        }
        if self.force {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Cancel", len)?;
        if let Some(v) = self.grace.as_ref() {
            struct_ser.serialize_field("grace", v)?;
        }
        if self.force {
            struct_ser.serialize_field("force", &self.force)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Cancel {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "grace",
            "force",
            "reason",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Grace,
            Force,
            Reason,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "grace" => Ok(GeneratedField::Grace),
                            "force" => Ok(GeneratedField::Force),
                            "reason" => Ok(GeneratedField::Reason),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Cancel;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Cancel")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Cancel, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut grace__ = None;
                let mut force__ = None;
                let mut reason__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Grace => {
                            if grace__.is_some() {
                                return Err(serde::de::Error::duplicate_field("grace"));
                            }
                            grace__ = map_.next_value()?;
                        }
                        GeneratedField::Force => {
                            if force__.is_some() {
                                return Err(serde::de::Error::duplicate_field("force"));
                            }
                            force__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Cancel {
                    grace: grace__,
                    force: force__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Cancel", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CancelOrdered {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if self.grace.is_some() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if self.cause != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.CancelOrdered", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if let Some(v) = self.grace.as_ref() {
            struct_ser.serialize_field("grace", v)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if self.cause != 0 {
            let v = cancelled::Cause::try_from(self.cause)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.cause)))?;
            struct_ser.serialize_field("cause", &v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CancelOrdered {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "grace",
            "reason",
            "cause",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            Grace,
            Reason,
            Cause,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "grace" => Ok(GeneratedField::Grace),
                            "reason" => Ok(GeneratedField::Reason),
                            "cause" => Ok(GeneratedField::Cause),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CancelOrdered;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.CancelOrdered")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CancelOrdered, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut grace__ = None;
                let mut reason__ = None;
                let mut cause__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Grace => {
                            if grace__.is_some() {
                                return Err(serde::de::Error::duplicate_field("grace"));
                            }
                            grace__ = map_.next_value()?;
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value::<cancelled::Cause>()? as i32);
                        }
                    }
                }
                Ok(CancelOrdered {
                    attempt: attempt__.unwrap_or_default(),
                    grace: grace__,
                    reason: reason__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.CancelOrdered", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Cancelled {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.reason.is_empty() {
            len += 1;
        }
        if self.cause != 0 {
            len += 1;
        }
        if !self.waits.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Cancelled", len)?;
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if self.cause != 0 {
            let v = cancelled::Cause::try_from(self.cause)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.cause)))?;
            struct_ser.serialize_field("cause", &v)?;
        }
        if !self.waits.is_empty() {
            struct_ser.serialize_field("waits", &self.waits)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Cancelled {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "reason",
            "cause",
            "waits",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Reason,
            Cause,
            Waits,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "reason" => Ok(GeneratedField::Reason),
                            "cause" => Ok(GeneratedField::Cause),
                            "waits" => Ok(GeneratedField::Waits),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Cancelled;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Cancelled")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Cancelled, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut reason__ = None;
                let mut cause__ = None;
                let mut waits__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value::<cancelled::Cause>()? as i32);
                        }
                        GeneratedField::Waits => {
                            if waits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waits"));
                            }
                            waits__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Cancelled {
                    reason: reason__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                    waits: waits__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Cancelled", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for cancelled::Cause {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Asked => "ASKED",
            Self::Collision => "COLLISION",
            Self::Lapsed => "LAPSED",
            Self::ParentEnded => "PARENT_ENDED",
            Self::ChildFailed => "CHILD_FAILED",
            Self::NotReached => "NOT_REACHED",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for cancelled::Cause {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "ASKED",
            "COLLISION",
            "LAPSED",
            "PARENT_ENDED",
            "CHILD_FAILED",
            "NOT_REACHED",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = cancelled::Cause;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "ASKED" => Ok(cancelled::Cause::Asked),
                    "COLLISION" => Ok(cancelled::Cause::Collision),
                    "LAPSED" => Ok(cancelled::Cause::Lapsed),
                    "PARENT_ENDED" => Ok(cancelled::Cause::ParentEnded),
                    "CHILD_FAILED" => Ok(cancelled::Cause::ChildFailed),
                    "NOT_REACHED" => Ok(cancelled::Cause::NotReached),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Claim {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.by.is_some() {
            len += 1;
        }
        if self.what.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Claim", len)?;
        if let Some(v) = self.by.as_ref() {
            struct_ser.serialize_field("by", v)?;
        }
        if let Some(v) = self.what.as_ref() {
            match v {
                claim::What::Claimed(v) => {
                    struct_ser.serialize_field("claimed", v)?;
                }
                claim::What::Revoked(v) => {
                    struct_ser.serialize_field("revoked", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Claim {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "by",
            "claimed",
            "revoked",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            By,
            Claimed,
            Revoked,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "by" => Ok(GeneratedField::By),
                            "claimed" => Ok(GeneratedField::Claimed),
                            "revoked" => Ok(GeneratedField::Revoked),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Claim;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Claim")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Claim, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut by__ = None;
                let mut what__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::By => {
                            if by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("by"));
                            }
                            by__ = map_.next_value()?;
                        }
                        GeneratedField::Claimed => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("claimed"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(claim::What::Claimed)
;
                        }
                        GeneratedField::Revoked => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("revoked"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(claim::What::Revoked)
;
                        }
                    }
                }
                Ok(Claim {
                    by: by__,
                    what: what__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Claim", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Claimed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if self.request != 0 {
            len += 1;
        }
        if !self.slots.is_empty() {
            len += 1;
        }
        if self.pool_revision != 0 {
            len += 1;
        }
        if self.queue_revision != 0 {
            len += 1;
        }
        if self.deployment_revision.is_some() {
            len += 1;
        }
        if self.retries != 0 {
            len += 1;
        }
        if self.retry_delay.is_some() {
            len += 1;
        }
        if self.timeout.is_some() {
            len += 1;
        }
        if self.take_within.is_some() {
            len += 1;
        }
        if self.copy.is_some() {
            len += 1;
        }
        if !self.waits.is_empty() {
            len += 1;
        }
        if self.retry_policy.is_some() {
            len += 1;
        }
        if self.submit_within.is_some() {
            len += 1;
        }
        if self.start_within.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if self.outlives_worker {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Claimed", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.request != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("request", ToString::to_string(&self.request).as_str())?;
        }
        if !self.slots.is_empty() {
            struct_ser.serialize_field("slots", &self.slots)?;
        }
        if self.pool_revision != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("poolRevision", ToString::to_string(&self.pool_revision).as_str())?;
        }
        if self.queue_revision != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("queueRevision", ToString::to_string(&self.queue_revision).as_str())?;
        }
        if let Some(v) = self.deployment_revision.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("deploymentRevision", ToString::to_string(&v).as_str())?;
        }
        if self.retries != 0 {
            struct_ser.serialize_field("retries", &self.retries)?;
        }
        if let Some(v) = self.retry_delay.as_ref() {
            struct_ser.serialize_field("retryDelay", v)?;
        }
        if let Some(v) = self.timeout.as_ref() {
            struct_ser.serialize_field("timeout", v)?;
        }
        if let Some(v) = self.take_within.as_ref() {
            struct_ser.serialize_field("takeWithin", v)?;
        }
        if let Some(v) = self.copy.as_ref() {
            struct_ser.serialize_field("copy", v)?;
        }
        if !self.waits.is_empty() {
            struct_ser.serialize_field("waits", &self.waits)?;
        }
        if let Some(v) = self.retry_policy.as_ref() {
            struct_ser.serialize_field("retryPolicy", v)?;
        }
        if let Some(v) = self.submit_within.as_ref() {
            struct_ser.serialize_field("submitWithin", v)?;
        }
        if let Some(v) = self.start_within.as_ref() {
            struct_ser.serialize_field("startWithin", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if self.outlives_worker {
            struct_ser.serialize_field("outlivesWorker", &self.outlives_worker)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Claimed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "request",
            "slots",
            "pool_revision",
            "poolRevision",
            "queue_revision",
            "queueRevision",
            "deployment_revision",
            "deploymentRevision",
            "retries",
            "retry_delay",
            "retryDelay",
            "timeout",
            "take_within",
            "takeWithin",
            "copy",
            "waits",
            "retry_policy",
            "retryPolicy",
            "submit_within",
            "submitWithin",
            "start_within",
            "startWithin",
            "name",
            "outlives_worker",
            "outlivesWorker",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            Request,
            Slots,
            PoolRevision,
            QueueRevision,
            DeploymentRevision,
            Retries,
            RetryDelay,
            Timeout,
            TakeWithin,
            Copy,
            Waits,
            RetryPolicy,
            SubmitWithin,
            StartWithin,
            Name,
            OutlivesWorker,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "request" => Ok(GeneratedField::Request),
                            "slots" => Ok(GeneratedField::Slots),
                            "poolRevision" | "pool_revision" => Ok(GeneratedField::PoolRevision),
                            "queueRevision" | "queue_revision" => Ok(GeneratedField::QueueRevision),
                            "deploymentRevision" | "deployment_revision" => Ok(GeneratedField::DeploymentRevision),
                            "retries" => Ok(GeneratedField::Retries),
                            "retryDelay" | "retry_delay" => Ok(GeneratedField::RetryDelay),
                            "timeout" => Ok(GeneratedField::Timeout),
                            "takeWithin" | "take_within" => Ok(GeneratedField::TakeWithin),
                            "copy" => Ok(GeneratedField::Copy),
                            "waits" => Ok(GeneratedField::Waits),
                            "retryPolicy" | "retry_policy" => Ok(GeneratedField::RetryPolicy),
                            "submitWithin" | "submit_within" => Ok(GeneratedField::SubmitWithin),
                            "startWithin" | "start_within" => Ok(GeneratedField::StartWithin),
                            "name" => Ok(GeneratedField::Name),
                            "outlivesWorker" | "outlives_worker" => Ok(GeneratedField::OutlivesWorker),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Claimed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Claimed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Claimed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut request__ = None;
                let mut slots__ = None;
                let mut pool_revision__ = None;
                let mut queue_revision__ = None;
                let mut deployment_revision__ = None;
                let mut retries__ = None;
                let mut retry_delay__ = None;
                let mut timeout__ = None;
                let mut take_within__ = None;
                let mut copy__ = None;
                let mut waits__ = None;
                let mut retry_policy__ = None;
                let mut submit_within__ = None;
                let mut start_within__ = None;
                let mut name__ = None;
                let mut outlives_worker__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Request => {
                            if request__.is_some() {
                                return Err(serde::de::Error::duplicate_field("request"));
                            }
                            request__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Slots => {
                            if slots__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slots"));
                            }
                            slots__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PoolRevision => {
                            if pool_revision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("poolRevision"));
                            }
                            pool_revision__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::QueueRevision => {
                            if queue_revision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queueRevision"));
                            }
                            queue_revision__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DeploymentRevision => {
                            if deployment_revision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deploymentRevision"));
                            }
                            deployment_revision__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Retries => {
                            if retries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retries"));
                            }
                            retries__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RetryDelay => {
                            if retry_delay__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryDelay"));
                            }
                            retry_delay__ = map_.next_value()?;
                        }
                        GeneratedField::Timeout => {
                            if timeout__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeout"));
                            }
                            timeout__ = map_.next_value()?;
                        }
                        GeneratedField::TakeWithin => {
                            if take_within__.is_some() {
                                return Err(serde::de::Error::duplicate_field("takeWithin"));
                            }
                            take_within__ = map_.next_value()?;
                        }
                        GeneratedField::Copy => {
                            if copy__.is_some() {
                                return Err(serde::de::Error::duplicate_field("copy"));
                            }
                            copy__ = map_.next_value()?;
                        }
                        GeneratedField::Waits => {
                            if waits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waits"));
                            }
                            waits__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RetryPolicy => {
                            if retry_policy__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryPolicy"));
                            }
                            retry_policy__ = map_.next_value()?;
                        }
                        GeneratedField::SubmitWithin => {
                            if submit_within__.is_some() {
                                return Err(serde::de::Error::duplicate_field("submitWithin"));
                            }
                            submit_within__ = map_.next_value()?;
                        }
                        GeneratedField::StartWithin => {
                            if start_within__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startWithin"));
                            }
                            start_within__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::OutlivesWorker => {
                            if outlives_worker__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outlivesWorker"));
                            }
                            outlives_worker__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Claimed {
                    attempt: attempt__.unwrap_or_default(),
                    request: request__.unwrap_or_default(),
                    slots: slots__.unwrap_or_default(),
                    pool_revision: pool_revision__.unwrap_or_default(),
                    queue_revision: queue_revision__.unwrap_or_default(),
                    deployment_revision: deployment_revision__,
                    retries: retries__.unwrap_or_default(),
                    retry_delay: retry_delay__,
                    timeout: timeout__,
                    take_within: take_within__,
                    copy: copy__,
                    waits: waits__.unwrap_or_default(),
                    retry_policy: retry_policy__,
                    submit_within: submit_within__,
                    start_within: start_within__,
                    name: name__.unwrap_or_default(),
                    outlives_worker: outlives_worker__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Claimed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ComesAfter {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.ComesAfter", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ComesAfter {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ComesAfter;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.ComesAfter")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ComesAfter, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(ComesAfter {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.ComesAfter", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CycleLink {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.run.is_empty() {
            len += 1;
        }
        if !self.awaits.is_empty() {
            len += 1;
        }
        if self.limit.is_some() {
            len += 1;
        }
        if !self.held_by.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.CycleLink", len)?;
        if !self.run.is_empty() {
            struct_ser.serialize_field("run", &self.run)?;
        }
        if !self.awaits.is_empty() {
            struct_ser.serialize_field("awaits", &self.awaits)?;
        }
        if let Some(v) = self.limit.as_ref() {
            struct_ser.serialize_field("limit", v)?;
        }
        if !self.held_by.is_empty() {
            struct_ser.serialize_field("heldBy", &self.held_by)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CycleLink {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run",
            "awaits",
            "limit",
            "held_by",
            "heldBy",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Run,
            Awaits,
            Limit,
            HeldBy,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "run" => Ok(GeneratedField::Run),
                            "awaits" => Ok(GeneratedField::Awaits),
                            "limit" => Ok(GeneratedField::Limit),
                            "heldBy" | "held_by" => Ok(GeneratedField::HeldBy),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CycleLink;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.CycleLink")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CycleLink, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run__ = None;
                let mut awaits__ = None;
                let mut limit__ = None;
                let mut held_by__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Run => {
                            if run__.is_some() {
                                return Err(serde::de::Error::duplicate_field("run"));
                            }
                            run__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Awaits => {
                            if awaits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("awaits"));
                            }
                            awaits__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = map_.next_value()?;
                        }
                        GeneratedField::HeldBy => {
                            if held_by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heldBy"));
                            }
                            held_by__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(CycleLink {
                    run: run__.unwrap_or_default(),
                    awaits: awaits__.unwrap_or_default(),
                    limit: limit__,
                    held_by: held_by__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.CycleLink", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DecidedBy {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.epoch != 0 {
            len += 1;
        }
        if self.n != 0 {
            len += 1;
        }
        if self.at_ns != 0 {
            len += 1;
        }
        if self.since.is_some() {
            len += 1;
        }
        if self.cell.is_some() {
            len += 1;
        }
        if !self.queues.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.DecidedBy", len)?;
        if self.epoch != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        if self.n != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("n", ToString::to_string(&self.n).as_str())?;
        }
        if self.at_ns != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("atNs", ToString::to_string(&self.at_ns).as_str())?;
        }
        if let Some(v) = self.since.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("since", ToString::to_string(&v).as_str())?;
        }
        if let Some(v) = self.cell.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("cell", ToString::to_string(&v).as_str())?;
        }
        if !self.queues.is_empty() {
            struct_ser.serialize_field("queues", &self.queues)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DecidedBy {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "epoch",
            "n",
            "at_ns",
            "atNs",
            "since",
            "cell",
            "queues",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Epoch,
            N,
            AtNs,
            Since,
            Cell,
            Queues,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "epoch" => Ok(GeneratedField::Epoch),
                            "n" => Ok(GeneratedField::N),
                            "atNs" | "at_ns" => Ok(GeneratedField::AtNs),
                            "since" => Ok(GeneratedField::Since),
                            "cell" => Ok(GeneratedField::Cell),
                            "queues" => Ok(GeneratedField::Queues),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DecidedBy;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.DecidedBy")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DecidedBy, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut epoch__ = None;
                let mut n__ = None;
                let mut at_ns__ = None;
                let mut since__ = None;
                let mut cell__ = None;
                let mut queues__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::N => {
                            if n__.is_some() {
                                return Err(serde::de::Error::duplicate_field("n"));
                            }
                            n__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::AtNs => {
                            if at_ns__.is_some() {
                                return Err(serde::de::Error::duplicate_field("atNs"));
                            }
                            at_ns__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Since => {
                            if since__.is_some() {
                                return Err(serde::de::Error::duplicate_field("since"));
                            }
                            since__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Cell => {
                            if cell__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cell"));
                            }
                            cell__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Queues => {
                            if queues__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queues"));
                            }
                            queues__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(DecidedBy {
                    epoch: epoch__.unwrap_or_default(),
                    n: n__.unwrap_or_default(),
                    at_ns: at_ns__.unwrap_or_default(),
                    since: since__,
                    cell: cell__,
                    queues: queues__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.DecidedBy", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Deciding {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.Deciding", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Deciding {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Deciding;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Deciding")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Deciding, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(Deciding {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Deciding", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Decision {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.by.is_some() {
            len += 1;
        }
        if self.what.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Decision", len)?;
        if let Some(v) = self.by.as_ref() {
            struct_ser.serialize_field("by", v)?;
        }
        if let Some(v) = self.what.as_ref() {
            match v {
                decision::What::Rejected(v) => {
                    struct_ser.serialize_field("rejected", v)?;
                }
                decision::What::RetryScheduled(v) => {
                    struct_ser.serialize_field("retryScheduled", v)?;
                }
                decision::What::CancelOrdered(v) => {
                    struct_ser.serialize_field("cancelOrdered", v)?;
                }
                decision::What::Cancelled(v) => {
                    struct_ser.serialize_field("cancelled", v)?;
                }
                decision::What::Regranted(v) => {
                    struct_ser.serialize_field("regranted", v)?;
                }
                decision::What::Yielded(v) => {
                    struct_ser.serialize_field("yielded", v)?;
                }
                decision::What::FoundInCycle(v) => {
                    struct_ser.serialize_field("foundInCycle", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Decision {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "by",
            "rejected",
            "retry_scheduled",
            "retryScheduled",
            "cancel_ordered",
            "cancelOrdered",
            "cancelled",
            "regranted",
            "yielded",
            "found_in_cycle",
            "foundInCycle",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            By,
            Rejected,
            RetryScheduled,
            CancelOrdered,
            Cancelled,
            Regranted,
            Yielded,
            FoundInCycle,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "by" => Ok(GeneratedField::By),
                            "rejected" => Ok(GeneratedField::Rejected),
                            "retryScheduled" | "retry_scheduled" => Ok(GeneratedField::RetryScheduled),
                            "cancelOrdered" | "cancel_ordered" => Ok(GeneratedField::CancelOrdered),
                            "cancelled" => Ok(GeneratedField::Cancelled),
                            "regranted" => Ok(GeneratedField::Regranted),
                            "yielded" => Ok(GeneratedField::Yielded),
                            "foundInCycle" | "found_in_cycle" => Ok(GeneratedField::FoundInCycle),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Decision;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Decision")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Decision, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut by__ = None;
                let mut what__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::By => {
                            if by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("by"));
                            }
                            by__ = map_.next_value()?;
                        }
                        GeneratedField::Rejected => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rejected"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(decision::What::Rejected)
;
                        }
                        GeneratedField::RetryScheduled => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryScheduled"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(decision::What::RetryScheduled)
;
                        }
                        GeneratedField::CancelOrdered => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cancelOrdered"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(decision::What::CancelOrdered)
;
                        }
                        GeneratedField::Cancelled => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cancelled"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(decision::What::Cancelled)
;
                        }
                        GeneratedField::Regranted => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("regranted"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(decision::What::Regranted)
;
                        }
                        GeneratedField::Yielded => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("yielded"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(decision::What::Yielded)
;
                        }
                        GeneratedField::FoundInCycle => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("foundInCycle"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(decision::What::FoundInCycle)
;
                        }
                    }
                }
                Ok(Decision {
                    by: by__,
                    what: what__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Decision", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Epoch {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.lane != 0 {
            len += 1;
        }
        if self.epoch != 0 {
            len += 1;
        }
        if !self.leader.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Epoch", len)?;
        if self.lane != 0 {
            struct_ser.serialize_field("lane", &self.lane)?;
        }
        if self.epoch != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        if !self.leader.is_empty() {
            struct_ser.serialize_field("leader", &self.leader)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Epoch {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "lane",
            "epoch",
            "leader",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Lane,
            Epoch,
            Leader,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "lane" => Ok(GeneratedField::Lane),
                            "epoch" => Ok(GeneratedField::Epoch),
                            "leader" => Ok(GeneratedField::Leader),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Epoch;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Epoch")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Epoch, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut lane__ = None;
                let mut epoch__ = None;
                let mut leader__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Lane => {
                            if lane__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lane"));
                            }
                            lane__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Leader => {
                            if leader__.is_some() {
                                return Err(serde::de::Error::duplicate_field("leader"));
                            }
                            leader__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Epoch {
                    lane: lane__.unwrap_or_default(),
                    epoch: epoch__.unwrap_or_default(),
                    leader: leader__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Epoch", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Fault {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.code != 0 {
            len += 1;
        }
        if !self.field.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Fault", len)?;
        if self.code != 0 {
            let v = fault::Code::try_from(self.code)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.code)))?;
            struct_ser.serialize_field("code", &v)?;
        }
        if !self.field.is_empty() {
            struct_ser.serialize_field("field", &self.field)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Fault {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "code",
            "field",
            "message",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Code,
            Field,
            Message,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "code" => Ok(GeneratedField::Code),
                            "field" => Ok(GeneratedField::Field),
                            "message" => Ok(GeneratedField::Message),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Fault;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Fault")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Fault, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut code__ = None;
                let mut field__ = None;
                let mut message__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Code => {
                            if code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("code"));
                            }
                            code__ = Some(map_.next_value::<fault::Code>()? as i32);
                        }
                        GeneratedField::Field => {
                            if field__.is_some() {
                                return Err(serde::de::Error::duplicate_field("field"));
                            }
                            field__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Fault {
                    code: code__.unwrap_or_default(),
                    field: field__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Fault", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for fault::Code {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "UNSPECIFIED",
            Self::Undecodable => "UNDECODABLE",
            Self::UnknownField => "UNKNOWN_FIELD",
            Self::InvalidField => "INVALID_FIELD",
            Self::TooLarge => "TOO_LARGE",
            Self::UnknownDeployment => "UNKNOWN_DEPLOYMENT",
            Self::UnknownVariable => "UNKNOWN_VARIABLE",
            Self::InvalidVariable => "INVALID_VARIABLE",
            Self::NothingToRun => "NOTHING_TO_RUN",
            Self::UnknownQueue => "UNKNOWN_QUEUE",
            Self::QueueFull => "QUEUE_FULL",
            Self::InvalidParameter => "INVALID_PARAMETER",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for fault::Code {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "UNSPECIFIED",
            "UNDECODABLE",
            "UNKNOWN_FIELD",
            "INVALID_FIELD",
            "TOO_LARGE",
            "UNKNOWN_DEPLOYMENT",
            "UNKNOWN_VARIABLE",
            "INVALID_VARIABLE",
            "NOTHING_TO_RUN",
            "UNKNOWN_QUEUE",
            "QUEUE_FULL",
            "INVALID_PARAMETER",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = fault::Code;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "UNSPECIFIED" => Ok(fault::Code::Unspecified),
                    "UNDECODABLE" => Ok(fault::Code::Undecodable),
                    "UNKNOWN_FIELD" => Ok(fault::Code::UnknownField),
                    "INVALID_FIELD" => Ok(fault::Code::InvalidField),
                    "TOO_LARGE" => Ok(fault::Code::TooLarge),
                    "UNKNOWN_DEPLOYMENT" => Ok(fault::Code::UnknownDeployment),
                    "UNKNOWN_VARIABLE" => Ok(fault::Code::UnknownVariable),
                    "INVALID_VARIABLE" => Ok(fault::Code::InvalidVariable),
                    "NOTHING_TO_RUN" => Ok(fault::Code::NothingToRun),
                    "UNKNOWN_QUEUE" => Ok(fault::Code::UnknownQueue),
                    "QUEUE_FULL" => Ok(fault::Code::QueueFull),
                    "INVALID_PARAMETER" => Ok(fault::Code::InvalidParameter),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Finished {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.outcome.is_some() {
            len += 1;
        }
        if self.gone {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Finished", len)?;
        if let Some(v) = self.outcome.as_ref() {
            struct_ser.serialize_field("outcome", v)?;
        }
        if self.gone {
            struct_ser.serialize_field("gone", &self.gone)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Finished {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "outcome",
            "gone",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Outcome,
            Gone,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "outcome" => Ok(GeneratedField::Outcome),
                            "gone" => Ok(GeneratedField::Gone),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Finished;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Finished")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Finished, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut outcome__ = None;
                let mut gone__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Outcome => {
                            if outcome__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outcome"));
                            }
                            outcome__ = map_.next_value()?;
                        }
                        GeneratedField::Gone => {
                            if gone__.is_some() {
                                return Err(serde::de::Error::duplicate_field("gone"));
                            }
                            gone__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Finished {
                    outcome: outcome__,
                    gone: gone__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Finished", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for FoundInCycle {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if self.k != 0 {
            len += 1;
        }
        if !self.links.is_empty() {
            len += 1;
        }
        if self.runs != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.FoundInCycle", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.k != 0 {
            struct_ser.serialize_field("k", &self.k)?;
        }
        if !self.links.is_empty() {
            struct_ser.serialize_field("links", &self.links)?;
        }
        if self.runs != 0 {
            struct_ser.serialize_field("runs", &self.runs)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for FoundInCycle {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "k",
            "links",
            "runs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            K,
            Links,
            Runs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "k" => Ok(GeneratedField::K),
                            "links" => Ok(GeneratedField::Links),
                            "runs" => Ok(GeneratedField::Runs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = FoundInCycle;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.FoundInCycle")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<FoundInCycle, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut k__ = None;
                let mut links__ = None;
                let mut runs__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::K => {
                            if k__.is_some() {
                                return Err(serde::de::Error::duplicate_field("k"));
                            }
                            k__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Links => {
                            if links__.is_some() {
                                return Err(serde::de::Error::duplicate_field("links"));
                            }
                            links__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(FoundInCycle {
                    attempt: attempt__.unwrap_or_default(),
                    k: k__.unwrap_or_default(),
                    links: links__.unwrap_or_default(),
                    runs: runs__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.FoundInCycle", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GoesOn {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if !self.session.is_empty() {
            len += 1;
        }
        if self.k != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.GoesOn", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if !self.session.is_empty() {
            struct_ser.serialize_field("session", &self.session)?;
        }
        if self.k != 0 {
            struct_ser.serialize_field("k", &self.k)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GoesOn {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "session",
            "k",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            Session,
            K,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "session" => Ok(GeneratedField::Session),
                            "k" => Ok(GeneratedField::K),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GoesOn;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.GoesOn")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GoesOn, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut session__ = None;
                let mut k__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Session => {
                            if session__.is_some() {
                                return Err(serde::de::Error::duplicate_field("session"));
                            }
                            session__ = Some(map_.next_value()?);
                        }
                        GeneratedField::K => {
                            if k__.is_some() {
                                return Err(serde::de::Error::duplicate_field("k"));
                            }
                            k__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(GoesOn {
                    attempt: attempt__.unwrap_or_default(),
                    session: session__.unwrap_or_default(),
                    k: k__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.GoesOn", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Gone {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.outcome.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Gone", len)?;
        if let Some(v) = self.outcome.as_ref() {
            struct_ser.serialize_field("outcome", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Gone {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "outcome",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Outcome,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "outcome" => Ok(GeneratedField::Outcome),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Gone;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Gone")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Gone, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut outcome__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Outcome => {
                            if outcome__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outcome"));
                            }
                            outcome__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Gone {
                    outcome: outcome__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Gone", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for HandedBack {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.HandedBack", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for HandedBack {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = HandedBack;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.HandedBack")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<HandedBack, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(HandedBack {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.HandedBack", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Leader {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.leader.is_empty() {
            len += 1;
        }
        if self.epoch != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Leader", len)?;
        if !self.leader.is_empty() {
            struct_ser.serialize_field("leader", &self.leader)?;
        }
        if self.epoch != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Leader {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "leader",
            "epoch",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Leader,
            Epoch,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "leader" => Ok(GeneratedField::Leader),
                            "epoch" => Ok(GeneratedField::Epoch),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Leader;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Leader")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Leader, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut leader__ = None;
                let mut epoch__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Leader => {
                            if leader__.is_some() {
                                return Err(serde::de::Error::duplicate_field("leader"));
                            }
                            leader__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Leader {
                    leader: leader__.unwrap_or_default(),
                    epoch: epoch__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Leader", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LimitedBy {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.slot.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.LimitedBy", len)?;
        if let Some(v) = self.slot.as_ref() {
            struct_ser.serialize_field("slot", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LimitedBy {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "slot",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Slot,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "slot" => Ok(GeneratedField::Slot),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LimitedBy;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.LimitedBy")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LimitedBy, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut slot__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Slot => {
                            if slot__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slot"));
                            }
                            slot__ = map_.next_value()?;
                        }
                    }
                }
                Ok(LimitedBy {
                    slot: slot__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.LimitedBy", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LimitedQueue {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.pool.is_empty() {
            len += 1;
        }
        if !self.queue.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.LimitedQueue", len)?;
        if !self.pool.is_empty() {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if !self.queue.is_empty() {
            struct_ser.serialize_field("queue", &self.queue)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LimitedQueue {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LimitedQueue;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.LimitedQueue")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LimitedQueue, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut queue__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(LimitedQueue {
                    pool: pool__.unwrap_or_default(),
                    queue: queue__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.LimitedQueue", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NoWorkers {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.NoWorkers", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NoWorkers {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NoWorkers;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.NoWorkers")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NoWorkers, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(NoWorkers {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.NoWorkers", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NotDue {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.NotDue", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NotDue {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NotDue;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.NotDue")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NotDue, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(NotDue {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.NotDue", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NotStarted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.NotStarted", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NotStarted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NotStarted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.NotStarted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NotStarted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(NotStarted {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.NotStarted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NotSubmitted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.NotSubmitted", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NotSubmitted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NotSubmitted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.NotSubmitted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NotSubmitted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(NotSubmitted {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.NotSubmitted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NotTaken {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.NotTaken", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NotTaken {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NotTaken;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.NotTaken")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NotTaken, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(NotTaken {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.NotTaken", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Observer {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker.is_empty() {
            len += 1;
        }
        if !self.session.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Observer", len)?;
        if !self.worker.is_empty() {
            struct_ser.serialize_field("worker", &self.worker)?;
        }
        if !self.session.is_empty() {
            struct_ser.serialize_field("session", &self.session)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Observer {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker",
            "session",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Worker,
            Session,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "worker" => Ok(GeneratedField::Worker),
                            "session" => Ok(GeneratedField::Session),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Observer;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Observer")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Observer, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker__ = None;
                let mut session__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Worker => {
                            if worker__.is_some() {
                                return Err(serde::de::Error::duplicate_field("worker"));
                            }
                            worker__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Session => {
                            if session__.is_some() {
                                return Err(serde::de::Error::duplicate_field("session"));
                            }
                            session__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Observer {
                    worker: worker__.unwrap_or_default(),
                    session: session__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Observer", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for OnFailure {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.OnFailure", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for OnFailure {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = OnFailure;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.OnFailure")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<OnFailure, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(OnFailure {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.OnFailure", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for on_failure::Policy {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Detach => "DETACH",
            Self::FailParent => "FAIL_PARENT",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for on_failure::Policy {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "DETACH",
            "FAIL_PARENT",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = on_failure::Policy;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "DETACH" => Ok(on_failure::Policy::Detach),
                    "FAIL_PARENT" => Ok(on_failure::Policy::FailParent),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for OnParentEnd {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.OnParentEnd", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for OnParentEnd {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = OnParentEnd;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.OnParentEnd")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<OnParentEnd, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(OnParentEnd {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.OnParentEnd", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for on_parent_end::Policy {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Propagate => "PROPAGATE",
            Self::Detach => "DETACH",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for on_parent_end::Policy {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "PROPAGATE",
            "DETACH",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = on_parent_end::Policy;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "PROPAGATE" => Ok(on_parent_end::Policy::Propagate),
                    "DETACH" => Ok(on_parent_end::Policy::Detach),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Outcome {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.class != 0 {
            len += 1;
        }
        if self.exit_code.is_some() {
            len += 1;
        }
        if self.signal.is_some() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Outcome", len)?;
        if self.class != 0 {
            let v = outcome::Class::try_from(self.class)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.class)))?;
            struct_ser.serialize_field("class", &v)?;
        }
        if let Some(v) = self.exit_code.as_ref() {
            struct_ser.serialize_field("exitCode", v)?;
        }
        if let Some(v) = self.signal.as_ref() {
            struct_ser.serialize_field("signal", v)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Outcome {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "class",
            "exit_code",
            "exitCode",
            "signal",
            "reason",
            "message",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Class,
            ExitCode,
            Signal,
            Reason,
            Message,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "class" => Ok(GeneratedField::Class),
                            "exitCode" | "exit_code" => Ok(GeneratedField::ExitCode),
                            "signal" => Ok(GeneratedField::Signal),
                            "reason" => Ok(GeneratedField::Reason),
                            "message" => Ok(GeneratedField::Message),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Outcome;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Outcome")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Outcome, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut class__ = None;
                let mut exit_code__ = None;
                let mut signal__ = None;
                let mut reason__ = None;
                let mut message__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Class => {
                            if class__.is_some() {
                                return Err(serde::de::Error::duplicate_field("class"));
                            }
                            class__ = Some(map_.next_value::<outcome::Class>()? as i32);
                        }
                        GeneratedField::ExitCode => {
                            if exit_code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("exitCode"));
                            }
                            exit_code__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Signal => {
                            if signal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("signal"));
                            }
                            signal__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Outcome {
                    class: class__.unwrap_or_default(),
                    exit_code: exit_code__,
                    signal: signal__,
                    reason: reason__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Outcome", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for outcome::Class {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "UNSPECIFIED",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Signaled => "SIGNALED",
            Self::TimedOut => "TIMED_OUT",
            Self::StartFailed => "START_FAILED",
            Self::Stopped => "STOPPED",
            Self::Lost => "LOST",
            Self::Crashed => "CRASHED",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for outcome::Class {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "UNSPECIFIED",
            "COMPLETED",
            "FAILED",
            "SIGNALED",
            "TIMED_OUT",
            "START_FAILED",
            "STOPPED",
            "LOST",
            "CRASHED",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = outcome::Class;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "UNSPECIFIED" => Ok(outcome::Class::Unspecified),
                    "COMPLETED" => Ok(outcome::Class::Completed),
                    "FAILED" => Ok(outcome::Class::Failed),
                    "SIGNALED" => Ok(outcome::Class::Signaled),
                    "TIMED_OUT" => Ok(outcome::Class::TimedOut),
                    "START_FAILED" => Ok(outcome::Class::StartFailed),
                    "STOPPED" => Ok(outcome::Class::Stopped),
                    "LOST" => Ok(outcome::Class::Lost),
                    "CRASHED" => Ok(outcome::Class::Crashed),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for OutputChunk {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.lines.is_empty() {
            len += 1;
        }
        if self.last {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.OutputChunk", len)?;
        if !self.lines.is_empty() {
            struct_ser.serialize_field("lines", &self.lines)?;
        }
        if self.last {
            struct_ser.serialize_field("last", &self.last)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for OutputChunk {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "lines",
            "last",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Lines,
            Last,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "lines" => Ok(GeneratedField::Lines),
                            "last" => Ok(GeneratedField::Last),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = OutputChunk;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.OutputChunk")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<OutputChunk, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut lines__ = None;
                let mut last__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Lines => {
                            if lines__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lines"));
                            }
                            lines__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Last => {
                            if last__.is_some() {
                                return Err(serde::de::Error::duplicate_field("last"));
                            }
                            last__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(OutputChunk {
                    lines: lines__.unwrap_or_default(),
                    last: last__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.OutputChunk", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for OutputLine {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.stream != 0 {
            len += 1;
        }
        if self.at_ns != 0 {
            len += 1;
        }
        if !self.bytes.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.OutputLine", len)?;
        if self.stream != 0 {
            let v = output_line::Stream::try_from(self.stream)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.stream)))?;
            struct_ser.serialize_field("stream", &v)?;
        }
        if self.at_ns != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("atNs", ToString::to_string(&self.at_ns).as_str())?;
        }
        if !self.bytes.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("bytes", pbjson::private::base64::encode(&self.bytes).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for OutputLine {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "stream",
            "at_ns",
            "atNs",
            "bytes",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Stream,
            AtNs,
            Bytes,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "stream" => Ok(GeneratedField::Stream),
                            "atNs" | "at_ns" => Ok(GeneratedField::AtNs),
                            "bytes" => Ok(GeneratedField::Bytes),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = OutputLine;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.OutputLine")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<OutputLine, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut stream__ = None;
                let mut at_ns__ = None;
                let mut bytes__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Stream => {
                            if stream__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stream"));
                            }
                            stream__ = Some(map_.next_value::<output_line::Stream>()? as i32);
                        }
                        GeneratedField::AtNs => {
                            if at_ns__.is_some() {
                                return Err(serde::de::Error::duplicate_field("atNs"));
                            }
                            at_ns__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Bytes => {
                            if bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bytes"));
                            }
                            bytes__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(OutputLine {
                    stream: stream__.unwrap_or_default(),
                    at_ns: at_ns__.unwrap_or_default(),
                    bytes: bytes__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.OutputLine", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for output_line::Stream {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "UNSPECIFIED",
            Self::Stdout => "STDOUT",
            Self::Stderr => "STDERR",
            Self::Weir => "WEIR",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for output_line::Stream {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "UNSPECIFIED",
            "STDOUT",
            "STDERR",
            "WEIR",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = output_line::Stream;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "UNSPECIFIED" => Ok(output_line::Stream::Unspecified),
                    "STDOUT" => Ok(output_line::Stream::Stdout),
                    "STDERR" => Ok(output_line::Stream::Stderr),
                    "WEIR" => Ok(output_line::Stream::Weir),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Own {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.Own", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Own {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Own;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Own")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Own, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(Own {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Own", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Pace {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.rate.is_some() {
            len += 1;
        }
        if self.used_up_ns != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Pace", len)?;
        if let Some(v) = self.rate.as_ref() {
            struct_ser.serialize_field("rate", v)?;
        }
        if self.used_up_ns != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("usedUpNs", ToString::to_string(&self.used_up_ns).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Pace {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "rate",
            "used_up_ns",
            "usedUpNs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Rate,
            UsedUpNs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "rate" => Ok(GeneratedField::Rate),
                            "usedUpNs" | "used_up_ns" => Ok(GeneratedField::UsedUpNs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Pace;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Pace")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Pace, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut rate__ = None;
                let mut used_up_ns__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Rate => {
                            if rate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rate"));
                            }
                            rate__ = map_.next_value()?;
                        }
                        GeneratedField::UsedUpNs => {
                            if used_up_ns__.is_some() {
                                return Err(serde::de::Error::duplicate_field("usedUpNs"));
                            }
                            used_up_ns__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Pace {
                    rate: rate__,
                    used_up_ns: used_up_ns__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Pace", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PassedOver {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.at.is_some() {
            len += 1;
        }
        if self.reason != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.PassedOver", len)?;
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        if self.reason != 0 {
            let v = passed_over::Reason::try_from(self.reason)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.reason)))?;
            struct_ser.serialize_field("reason", &v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PassedOver {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "at",
            "reason",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            At,
            Reason,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "at" => Ok(GeneratedField::At),
                            "reason" => Ok(GeneratedField::Reason),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PassedOver;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.PassedOver")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PassedOver, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut at__ = None;
                let mut reason__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value::<passed_over::Reason>()? as i32);
                        }
                    }
                }
                Ok(PassedOver {
                    at: at__,
                    reason: reason__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.PassedOver", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for passed_over::Reason {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "UNSPECIFIED",
            Self::Overlap => "OVERLAP",
            Self::Missed => "MISSED",
            Self::Late => "LATE",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for passed_over::Reason {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "UNSPECIFIED",
            "OVERLAP",
            "MISSED",
            "LATE",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = passed_over::Reason;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "UNSPECIFIED" => Ok(passed_over::Reason::Unspecified),
                    "OVERLAP" => Ok(passed_over::Reason::Overlap),
                    "MISSED" => Ok(passed_over::Reason::Missed),
                    "LATE" => Ok(passed_over::Reason::Late),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Place {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.seq != 0 {
            len += 1;
        }
        if self.at_ns != 0 {
            len += 1;
        }
        if self.log.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Place", len)?;
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if self.at_ns != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("atNs", ToString::to_string(&self.at_ns).as_str())?;
        }
        if let Some(v) = self.log.as_ref() {
            match v {
                place::Log::Cell(v) => {
                    struct_ser.serialize_field("cell", v)?;
                }
                place::Log::Queue(v) => {
                    struct_ser.serialize_field("queue", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Place {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "seq",
            "at_ns",
            "atNs",
            "cell",
            "queue",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Seq,
            AtNs,
            Cell,
            Queue,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "seq" => Ok(GeneratedField::Seq),
                            "atNs" | "at_ns" => Ok(GeneratedField::AtNs),
                            "cell" => Ok(GeneratedField::Cell),
                            "queue" => Ok(GeneratedField::Queue),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Place;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Place")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Place, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut seq__ = None;
                let mut at_ns__ = None;
                let mut log__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::AtNs => {
                            if at_ns__.is_some() {
                                return Err(serde::de::Error::duplicate_field("atNs"));
                            }
                            at_ns__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Cell => {
                            if log__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cell"));
                            }
                            log__ = map_.next_value::<::std::option::Option<_>>()?.map(place::Log::Cell)
;
                        }
                        GeneratedField::Queue => {
                            if log__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            log__ = map_.next_value::<::std::option::Option<_>>()?.map(place::Log::Queue)
;
                        }
                    }
                }
                Ok(Place {
                    seq: seq__.unwrap_or_default(),
                    at_ns: at_ns__.unwrap_or_default(),
                    log: log__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Place", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueueNotReady {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.QueueNotReady", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueueNotReady {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueueNotReady;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueueNotReady")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueueNotReady, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(QueueNotReady {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueueNotReady", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueuePosition {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.opened != 0 {
            len += 1;
        }
        if self.folded != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.QueuePosition", len)?;
        if self.opened != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("opened", ToString::to_string(&self.opened).as_str())?;
        }
        if self.folded != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("folded", ToString::to_string(&self.folded).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueuePosition {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "opened",
            "folded",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Opened,
            Folded,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "opened" => Ok(GeneratedField::Opened),
                            "folded" => Ok(GeneratedField::Folded),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueuePosition;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueuePosition")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueuePosition, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut opened__ = None;
                let mut folded__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Opened => {
                            if opened__.is_some() {
                                return Err(serde::de::Error::duplicate_field("opened"));
                            }
                            opened__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Folded => {
                            if folded__.is_some() {
                                return Err(serde::de::Error::duplicate_field("folded"));
                            }
                            folded__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(QueuePosition {
                    opened: opened__.unwrap_or_default(),
                    folded: folded__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueuePosition", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RanTooLong {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.RanTooLong", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RanTooLong {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RanTooLong;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RanTooLong")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RanTooLong, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(RanTooLong {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RanTooLong", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Regranted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if self.k != 0 {
            len += 1;
        }
        if !self.slots.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Regranted", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.k != 0 {
            struct_ser.serialize_field("k", &self.k)?;
        }
        if !self.slots.is_empty() {
            struct_ser.serialize_field("slots", &self.slots)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Regranted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "k",
            "slots",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            K,
            Slots,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "k" => Ok(GeneratedField::K),
                            "slots" => Ok(GeneratedField::Slots),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Regranted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Regranted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Regranted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut k__ = None;
                let mut slots__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::K => {
                            if k__.is_some() {
                                return Err(serde::de::Error::duplicate_field("k"));
                            }
                            k__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Slots => {
                            if slots__.is_some() {
                                return Err(serde::de::Error::duplicate_field("slots"));
                            }
                            slots__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Regranted {
                    attempt: attempt__.unwrap_or_default(),
                    k: k__.unwrap_or_default(),
                    slots: slots__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Regranted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Report {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if !self.session.is_empty() {
            len += 1;
        }
        if self.n != 0 {
            len += 1;
        }
        if self.what.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Report", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if !self.session.is_empty() {
            struct_ser.serialize_field("session", &self.session)?;
        }
        if self.n != 0 {
            struct_ser.serialize_field("n", &self.n)?;
        }
        if let Some(v) = self.what.as_ref() {
            match v {
                report::What::Taken(v) => {
                    struct_ser.serialize_field("taken", v)?;
                }
                report::What::Submitted(v) => {
                    struct_ser.serialize_field("submitted", v)?;
                }
                report::What::Started(v) => {
                    struct_ser.serialize_field("started", v)?;
                }
                report::What::Waiting(v) => {
                    struct_ser.serialize_field("waiting", v)?;
                }
                report::What::Finished(v) => {
                    struct_ser.serialize_field("finished", v)?;
                }
                report::What::Gone(v) => {
                    struct_ser.serialize_field("gone", v)?;
                }
                report::What::HandedBack(v) => {
                    struct_ser.serialize_field("handedBack", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Report {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "session",
            "n",
            "taken",
            "submitted",
            "started",
            "waiting",
            "finished",
            "gone",
            "handed_back",
            "handedBack",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            Session,
            N,
            Taken,
            Submitted,
            Started,
            Waiting,
            Finished,
            Gone,
            HandedBack,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "session" => Ok(GeneratedField::Session),
                            "n" => Ok(GeneratedField::N),
                            "taken" => Ok(GeneratedField::Taken),
                            "submitted" => Ok(GeneratedField::Submitted),
                            "started" => Ok(GeneratedField::Started),
                            "waiting" => Ok(GeneratedField::Waiting),
                            "finished" => Ok(GeneratedField::Finished),
                            "gone" => Ok(GeneratedField::Gone),
                            "handedBack" | "handed_back" => Ok(GeneratedField::HandedBack),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Report;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Report")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Report, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut session__ = None;
                let mut n__ = None;
                let mut what__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Session => {
                            if session__.is_some() {
                                return Err(serde::de::Error::duplicate_field("session"));
                            }
                            session__ = Some(map_.next_value()?);
                        }
                        GeneratedField::N => {
                            if n__.is_some() {
                                return Err(serde::de::Error::duplicate_field("n"));
                            }
                            n__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Taken => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taken"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(report::What::Taken)
;
                        }
                        GeneratedField::Submitted => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("submitted"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(report::What::Submitted)
;
                        }
                        GeneratedField::Started => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("started"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(report::What::Started)
;
                        }
                        GeneratedField::Waiting => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waiting"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(report::What::Waiting)
;
                        }
                        GeneratedField::Finished => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("finished"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(report::What::Finished)
;
                        }
                        GeneratedField::Gone => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("gone"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(report::What::Gone)
;
                        }
                        GeneratedField::HandedBack => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("handedBack"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(report::What::HandedBack)
;
                        }
                    }
                }
                Ok(Report {
                    attempt: attempt__.unwrap_or_default(),
                    session: session__.unwrap_or_default(),
                    n: n__.unwrap_or_default(),
                    what: what__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Report", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Request {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.deployment.is_some() {
            len += 1;
        }
        if self.name.is_some() {
            len += 1;
        }
        if self.parameters.is_some() {
            len += 1;
        }
        if self.job_variables.is_some() {
            len += 1;
        }
        if !self.tags.is_empty() {
            len += 1;
        }
        if self.priority != 0 {
            len += 1;
        }
        if self.retries.is_some() {
            len += 1;
        }
        if self.retry_delay.is_some() {
            len += 1;
        }
        if self.timeout.is_some() {
            len += 1;
        }
        if !self.limits.is_empty() {
            len += 1;
        }
        if self.fairness_key.is_some() {
            len += 1;
        }
        if self.retry_policy.is_some() {
            len += 1;
        }
        if self.manifest.is_some() {
            len += 1;
        }
        if self.schedule.is_some() {
            len += 1;
        }
        if self.parent_run_id.is_some() {
            len += 1;
        }
        if self.on_parent_end != 0 {
            len += 1;
        }
        if self.on_failure != 0 {
            len += 1;
        }
        if !self.after.is_empty() {
            len += 1;
        }
        if self.after_outcome != 0 {
            len += 1;
        }
        if self.scheduled_time.is_some() {
            len += 1;
        }
        if self.max_lateness.is_some() {
            len += 1;
        }
        if self.cancel.is_some() {
            len += 1;
        }
        if self.set_priority.is_some() {
            len += 1;
        }
        if self.retry.is_some() {
            len += 1;
        }
        if self.waits.is_some() {
            len += 1;
        }
        if self.goes_on.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Request", len)?;
        if let Some(v) = self.deployment.as_ref() {
            struct_ser.serialize_field("deployment", v)?;
        }
        if let Some(v) = self.name.as_ref() {
            struct_ser.serialize_field("name", v)?;
        }
        if let Some(v) = self.parameters.as_ref() {
            struct_ser.serialize_field("parameters", v)?;
        }
        if let Some(v) = self.job_variables.as_ref() {
            struct_ser.serialize_field("jobVariables", v)?;
        }
        if !self.tags.is_empty() {
            struct_ser.serialize_field("tags", &self.tags)?;
        }
        if self.priority != 0 {
            struct_ser.serialize_field("priority", &self.priority)?;
        }
        if let Some(v) = self.retries.as_ref() {
            struct_ser.serialize_field("retries", v)?;
        }
        if let Some(v) = self.retry_delay.as_ref() {
            struct_ser.serialize_field("retryDelay", v)?;
        }
        if let Some(v) = self.timeout.as_ref() {
            struct_ser.serialize_field("timeout", v)?;
        }
        if !self.limits.is_empty() {
            struct_ser.serialize_field("limits", &self.limits)?;
        }
        if let Some(v) = self.fairness_key.as_ref() {
            struct_ser.serialize_field("fairnessKey", v)?;
        }
        if let Some(v) = self.retry_policy.as_ref() {
            struct_ser.serialize_field("retryPolicy", v)?;
        }
        if let Some(v) = self.manifest.as_ref() {
            struct_ser.serialize_field("manifest", v)?;
        }
        if let Some(v) = self.schedule.as_ref() {
            struct_ser.serialize_field("schedule", v)?;
        }
        if let Some(v) = self.parent_run_id.as_ref() {
            struct_ser.serialize_field("parentRunId", v)?;
        }
        if self.on_parent_end != 0 {
            let v = on_parent_end::Policy::try_from(self.on_parent_end)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.on_parent_end)))?;
            struct_ser.serialize_field("onParentEnd", &v)?;
        }
        if self.on_failure != 0 {
            let v = on_failure::Policy::try_from(self.on_failure)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.on_failure)))?;
            struct_ser.serialize_field("onFailure", &v)?;
        }
        if !self.after.is_empty() {
            struct_ser.serialize_field("after", &self.after)?;
        }
        if self.after_outcome != 0 {
            let v = after_outcome::Wanted::try_from(self.after_outcome)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.after_outcome)))?;
            struct_ser.serialize_field("afterOutcome", &v)?;
        }
        if let Some(v) = self.scheduled_time.as_ref() {
            struct_ser.serialize_field("scheduledTime", v)?;
        }
        if let Some(v) = self.max_lateness.as_ref() {
            struct_ser.serialize_field("maxLateness", v)?;
        }
        if let Some(v) = self.cancel.as_ref() {
            struct_ser.serialize_field("cancel", v)?;
        }
        if let Some(v) = self.set_priority.as_ref() {
            struct_ser.serialize_field("setPriority", v)?;
        }
        if let Some(v) = self.retry.as_ref() {
            struct_ser.serialize_field("retry", v)?;
        }
        if let Some(v) = self.waits.as_ref() {
            struct_ser.serialize_field("waits", v)?;
        }
        if let Some(v) = self.goes_on.as_ref() {
            struct_ser.serialize_field("goesOn", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Request {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "deployment",
            "name",
            "parameters",
            "job_variables",
            "jobVariables",
            "tags",
            "priority",
            "retries",
            "retry_delay",
            "retryDelay",
            "timeout",
            "limits",
            "fairness_key",
            "fairnessKey",
            "retry_policy",
            "retryPolicy",
            "manifest",
            "schedule",
            "parent_run_id",
            "parentRunId",
            "on_parent_end",
            "onParentEnd",
            "on_failure",
            "onFailure",
            "after",
            "after_outcome",
            "afterOutcome",
            "scheduled_time",
            "scheduledTime",
            "max_lateness",
            "maxLateness",
            "cancel",
            "set_priority",
            "setPriority",
            "retry",
            "waits",
            "goes_on",
            "goesOn",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Deployment,
            Name,
            Parameters,
            JobVariables,
            Tags,
            Priority,
            Retries,
            RetryDelay,
            Timeout,
            Limits,
            FairnessKey,
            RetryPolicy,
            Manifest,
            Schedule,
            ParentRunId,
            OnParentEnd,
            OnFailure,
            After,
            AfterOutcome,
            ScheduledTime,
            MaxLateness,
            Cancel,
            SetPriority,
            Retry,
            Waits,
            GoesOn,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "deployment" => Ok(GeneratedField::Deployment),
                            "name" => Ok(GeneratedField::Name),
                            "parameters" => Ok(GeneratedField::Parameters),
                            "jobVariables" | "job_variables" => Ok(GeneratedField::JobVariables),
                            "tags" => Ok(GeneratedField::Tags),
                            "priority" => Ok(GeneratedField::Priority),
                            "retries" => Ok(GeneratedField::Retries),
                            "retryDelay" | "retry_delay" => Ok(GeneratedField::RetryDelay),
                            "timeout" => Ok(GeneratedField::Timeout),
                            "limits" => Ok(GeneratedField::Limits),
                            "fairnessKey" | "fairness_key" => Ok(GeneratedField::FairnessKey),
                            "retryPolicy" | "retry_policy" => Ok(GeneratedField::RetryPolicy),
                            "manifest" => Ok(GeneratedField::Manifest),
                            "schedule" => Ok(GeneratedField::Schedule),
                            "parentRunId" | "parent_run_id" => Ok(GeneratedField::ParentRunId),
                            "onParentEnd" | "on_parent_end" => Ok(GeneratedField::OnParentEnd),
                            "onFailure" | "on_failure" => Ok(GeneratedField::OnFailure),
                            "after" => Ok(GeneratedField::After),
                            "afterOutcome" | "after_outcome" => Ok(GeneratedField::AfterOutcome),
                            "scheduledTime" | "scheduled_time" => Ok(GeneratedField::ScheduledTime),
                            "maxLateness" | "max_lateness" => Ok(GeneratedField::MaxLateness),
                            "cancel" => Ok(GeneratedField::Cancel),
                            "setPriority" | "set_priority" => Ok(GeneratedField::SetPriority),
                            "retry" => Ok(GeneratedField::Retry),
                            "waits" => Ok(GeneratedField::Waits),
                            "goesOn" | "goes_on" => Ok(GeneratedField::GoesOn),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Request;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Request")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Request, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut deployment__ = None;
                let mut name__ = None;
                let mut parameters__ = None;
                let mut job_variables__ = None;
                let mut tags__ = None;
                let mut priority__ = None;
                let mut retries__ = None;
                let mut retry_delay__ = None;
                let mut timeout__ = None;
                let mut limits__ = None;
                let mut fairness_key__ = None;
                let mut retry_policy__ = None;
                let mut manifest__ = None;
                let mut schedule__ = None;
                let mut parent_run_id__ = None;
                let mut on_parent_end__ = None;
                let mut on_failure__ = None;
                let mut after__ = None;
                let mut after_outcome__ = None;
                let mut scheduled_time__ = None;
                let mut max_lateness__ = None;
                let mut cancel__ = None;
                let mut set_priority__ = None;
                let mut retry__ = None;
                let mut waits__ = None;
                let mut goes_on__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Deployment => {
                            if deployment__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            deployment__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = map_.next_value()?;
                        }
                        GeneratedField::Parameters => {
                            if parameters__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parameters"));
                            }
                            parameters__ = map_.next_value()?;
                        }
                        GeneratedField::JobVariables => {
                            if job_variables__.is_some() {
                                return Err(serde::de::Error::duplicate_field("jobVariables"));
                            }
                            job_variables__ = map_.next_value()?;
                        }
                        GeneratedField::Tags => {
                            if tags__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tags"));
                            }
                            tags__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Priority => {
                            if priority__.is_some() {
                                return Err(serde::de::Error::duplicate_field("priority"));
                            }
                            priority__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Retries => {
                            if retries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retries"));
                            }
                            retries__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::RetryDelay => {
                            if retry_delay__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryDelay"));
                            }
                            retry_delay__ = map_.next_value()?;
                        }
                        GeneratedField::Timeout => {
                            if timeout__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeout"));
                            }
                            timeout__ = map_.next_value()?;
                        }
                        GeneratedField::Limits => {
                            if limits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limits"));
                            }
                            limits__ = Some(
                                map_.next_value::<std::collections::BTreeMap<_, ::pbjson::private::NumberDeserialize<u32>>>()?
                                    .into_iter().map(|(k,v)| (k, v.0)).collect()
                            );
                        }
                        GeneratedField::FairnessKey => {
                            if fairness_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fairnessKey"));
                            }
                            fairness_key__ = map_.next_value()?;
                        }
                        GeneratedField::RetryPolicy => {
                            if retry_policy__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryPolicy"));
                            }
                            retry_policy__ = map_.next_value()?;
                        }
                        GeneratedField::Manifest => {
                            if manifest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("manifest"));
                            }
                            manifest__ = map_.next_value()?;
                        }
                        GeneratedField::Schedule => {
                            if schedule__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedule"));
                            }
                            schedule__ = map_.next_value()?;
                        }
                        GeneratedField::ParentRunId => {
                            if parent_run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parentRunId"));
                            }
                            parent_run_id__ = map_.next_value()?;
                        }
                        GeneratedField::OnParentEnd => {
                            if on_parent_end__.is_some() {
                                return Err(serde::de::Error::duplicate_field("onParentEnd"));
                            }
                            on_parent_end__ = Some(map_.next_value::<on_parent_end::Policy>()? as i32);
                        }
                        GeneratedField::OnFailure => {
                            if on_failure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("onFailure"));
                            }
                            on_failure__ = Some(map_.next_value::<on_failure::Policy>()? as i32);
                        }
                        GeneratedField::After => {
                            if after__.is_some() {
                                return Err(serde::de::Error::duplicate_field("after"));
                            }
                            after__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AfterOutcome => {
                            if after_outcome__.is_some() {
                                return Err(serde::de::Error::duplicate_field("afterOutcome"));
                            }
                            after_outcome__ = Some(map_.next_value::<after_outcome::Wanted>()? as i32);
                        }
                        GeneratedField::ScheduledTime => {
                            if scheduled_time__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scheduledTime"));
                            }
                            scheduled_time__ = map_.next_value()?;
                        }
                        GeneratedField::MaxLateness => {
                            if max_lateness__.is_some() {
                                return Err(serde::de::Error::duplicate_field("maxLateness"));
                            }
                            max_lateness__ = map_.next_value()?;
                        }
                        GeneratedField::Cancel => {
                            if cancel__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cancel"));
                            }
                            cancel__ = map_.next_value()?;
                        }
                        GeneratedField::SetPriority => {
                            if set_priority__.is_some() {
                                return Err(serde::de::Error::duplicate_field("setPriority"));
                            }
                            set_priority__ = map_.next_value()?;
                        }
                        GeneratedField::Retry => {
                            if retry__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retry"));
                            }
                            retry__ = map_.next_value()?;
                        }
                        GeneratedField::Waits => {
                            if waits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waits"));
                            }
                            waits__ = map_.next_value()?;
                        }
                        GeneratedField::GoesOn => {
                            if goes_on__.is_some() {
                                return Err(serde::de::Error::duplicate_field("goesOn"));
                            }
                            goes_on__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Request {
                    deployment: deployment__,
                    name: name__,
                    parameters: parameters__,
                    job_variables: job_variables__,
                    tags: tags__.unwrap_or_default(),
                    priority: priority__.unwrap_or_default(),
                    retries: retries__,
                    retry_delay: retry_delay__,
                    timeout: timeout__,
                    limits: limits__.unwrap_or_default(),
                    fairness_key: fairness_key__,
                    retry_policy: retry_policy__,
                    manifest: manifest__,
                    schedule: schedule__,
                    parent_run_id: parent_run_id__,
                    on_parent_end: on_parent_end__.unwrap_or_default(),
                    on_failure: on_failure__.unwrap_or_default(),
                    after: after__.unwrap_or_default(),
                    after_outcome: after_outcome__.unwrap_or_default(),
                    scheduled_time: scheduled_time__,
                    max_lateness: max_lateness__,
                    cancel: cancel__,
                    set_priority: set_priority__,
                    retry: retry__,
                    waits: waits__,
                    goes_on: goes_on__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Request", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RequestCopy {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.request.is_some() {
            len += 1;
        }
        if !self.traceparent.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RequestCopy", len)?;
        if let Some(v) = self.request.as_ref() {
            struct_ser.serialize_field("request", v)?;
        }
        if !self.traceparent.is_empty() {
            struct_ser.serialize_field("traceparent", &self.traceparent)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RequestCopy {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "request",
            "traceparent",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Request,
            Traceparent,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "request" => Ok(GeneratedField::Request),
                            "traceparent" => Ok(GeneratedField::Traceparent),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RequestCopy;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RequestCopy")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RequestCopy, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut request__ = None;
                let mut traceparent__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Request => {
                            if request__.is_some() {
                                return Err(serde::de::Error::duplicate_field("request"));
                            }
                            request__ = map_.next_value()?;
                        }
                        GeneratedField::Traceparent => {
                            if traceparent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("traceparent"));
                            }
                            traceparent__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RequestCopy {
                    request: request__,
                    traceparent: traceparent__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RequestCopy", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Retry {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Retry", len)?;
        if let Some(v) = self.attempt.as_ref() {
            struct_ser.serialize_field("attempt", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Retry {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Retry;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Retry")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Retry, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                    }
                }
                Ok(Retry {
                    attempt: attempt__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Retry", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RetryPolicy {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.delays.is_empty() {
            len += 1;
        }
        if self.factor.is_some() {
            len += 1;
        }
        if self.jitter_percent.is_some() {
            len += 1;
        }
        if self.max_delay.is_some() {
            len += 1;
        }
        if !self.on.is_empty() {
            len += 1;
        }
        if !self.not_on.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RetryPolicy", len)?;
        if !self.delays.is_empty() {
            struct_ser.serialize_field("delays", &self.delays)?;
        }
        if let Some(v) = self.factor.as_ref() {
            struct_ser.serialize_field("factor", v)?;
        }
        if let Some(v) = self.jitter_percent.as_ref() {
            struct_ser.serialize_field("jitterPercent", v)?;
        }
        if let Some(v) = self.max_delay.as_ref() {
            struct_ser.serialize_field("maxDelay", v)?;
        }
        if !self.on.is_empty() {
            struct_ser.serialize_field("on", &self.on)?;
        }
        if !self.not_on.is_empty() {
            struct_ser.serialize_field("notOn", &self.not_on)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RetryPolicy {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "delays",
            "factor",
            "jitter_percent",
            "jitterPercent",
            "max_delay",
            "maxDelay",
            "on",
            "not_on",
            "notOn",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Delays,
            Factor,
            JitterPercent,
            MaxDelay,
            On,
            NotOn,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "delays" => Ok(GeneratedField::Delays),
                            "factor" => Ok(GeneratedField::Factor),
                            "jitterPercent" | "jitter_percent" => Ok(GeneratedField::JitterPercent),
                            "maxDelay" | "max_delay" => Ok(GeneratedField::MaxDelay),
                            "on" => Ok(GeneratedField::On),
                            "notOn" | "not_on" => Ok(GeneratedField::NotOn),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RetryPolicy;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RetryPolicy")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RetryPolicy, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut delays__ = None;
                let mut factor__ = None;
                let mut jitter_percent__ = None;
                let mut max_delay__ = None;
                let mut on__ = None;
                let mut not_on__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Delays => {
                            if delays__.is_some() {
                                return Err(serde::de::Error::duplicate_field("delays"));
                            }
                            delays__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Factor => {
                            if factor__.is_some() {
                                return Err(serde::de::Error::duplicate_field("factor"));
                            }
                            factor__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::JitterPercent => {
                            if jitter_percent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("jitterPercent"));
                            }
                            jitter_percent__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::MaxDelay => {
                            if max_delay__.is_some() {
                                return Err(serde::de::Error::duplicate_field("maxDelay"));
                            }
                            max_delay__ = map_.next_value()?;
                        }
                        GeneratedField::On => {
                            if on__.is_some() {
                                return Err(serde::de::Error::duplicate_field("on"));
                            }
                            on__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NotOn => {
                            if not_on__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notOn"));
                            }
                            not_on__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RetryPolicy {
                    delays: delays__.unwrap_or_default(),
                    factor: factor__,
                    jitter_percent: jitter_percent__,
                    max_delay: max_delay__,
                    on: on__.unwrap_or_default(),
                    not_on: not_on__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RetryPolicy", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RetryScheduled {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if self.due.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RetryScheduled", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if let Some(v) = self.due.as_ref() {
            struct_ser.serialize_field("due", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RetryScheduled {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "due",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            Due,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "due" => Ok(GeneratedField::Due),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RetryScheduled;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RetryScheduled")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RetryScheduled, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut due__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Due => {
                            if due__.is_some() {
                                return Err(serde::de::Error::duplicate_field("due"));
                            }
                            due__ = map_.next_value()?;
                        }
                    }
                }
                Ok(RetryScheduled {
                    attempt: attempt__.unwrap_or_default(),
                    due: due__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RetryScheduled", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Revoked {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if self.grace.is_some() {
            len += 1;
        }
        if self.cause.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Revoked", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if let Some(v) = self.grace.as_ref() {
            struct_ser.serialize_field("grace", v)?;
        }
        if let Some(v) = self.cause.as_ref() {
            match v {
                revoked::Cause::NotTaken(v) => {
                    struct_ser.serialize_field("notTaken", v)?;
                }
                revoked::Cause::BeingCancelled(v) => {
                    struct_ser.serialize_field("beingCancelled", v)?;
                }
                revoked::Cause::WorkerLost(v) => {
                    struct_ser.serialize_field("workerLost", v)?;
                }
                revoked::Cause::NotSubmitted(v) => {
                    struct_ser.serialize_field("notSubmitted", v)?;
                }
                revoked::Cause::NotStarted(v) => {
                    struct_ser.serialize_field("notStarted", v)?;
                }
                revoked::Cause::RanTooLong(v) => {
                    struct_ser.serialize_field("ranTooLong", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Revoked {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "grace",
            "not_taken",
            "notTaken",
            "being_cancelled",
            "beingCancelled",
            "worker_lost",
            "workerLost",
            "not_submitted",
            "notSubmitted",
            "not_started",
            "notStarted",
            "ran_too_long",
            "ranTooLong",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            Grace,
            NotTaken,
            BeingCancelled,
            WorkerLost,
            NotSubmitted,
            NotStarted,
            RanTooLong,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "grace" => Ok(GeneratedField::Grace),
                            "notTaken" | "not_taken" => Ok(GeneratedField::NotTaken),
                            "beingCancelled" | "being_cancelled" => Ok(GeneratedField::BeingCancelled),
                            "workerLost" | "worker_lost" => Ok(GeneratedField::WorkerLost),
                            "notSubmitted" | "not_submitted" => Ok(GeneratedField::NotSubmitted),
                            "notStarted" | "not_started" => Ok(GeneratedField::NotStarted),
                            "ranTooLong" | "ran_too_long" => Ok(GeneratedField::RanTooLong),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Revoked;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Revoked")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Revoked, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut grace__ = None;
                let mut cause__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Grace => {
                            if grace__.is_some() {
                                return Err(serde::de::Error::duplicate_field("grace"));
                            }
                            grace__ = map_.next_value()?;
                        }
                        GeneratedField::NotTaken => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notTaken"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(revoked::Cause::NotTaken)
;
                        }
                        GeneratedField::BeingCancelled => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("beingCancelled"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(revoked::Cause::BeingCancelled)
;
                        }
                        GeneratedField::WorkerLost => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerLost"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(revoked::Cause::WorkerLost)
;
                        }
                        GeneratedField::NotSubmitted => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notSubmitted"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(revoked::Cause::NotSubmitted)
;
                        }
                        GeneratedField::NotStarted => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notStarted"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(revoked::Cause::NotStarted)
;
                        }
                        GeneratedField::RanTooLong => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ranTooLong"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(revoked::Cause::RanTooLong)
;
                        }
                    }
                }
                Ok(Revoked {
                    attempt: attempt__.unwrap_or_default(),
                    grace: grace__,
                    cause: cause__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Revoked", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleRef {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.key.is_empty() {
            len += 1;
        }
        if self.due.is_some() {
            len += 1;
        }
        if self.settled.is_some() {
            len += 1;
        }
        if !self.time_zone_database.is_empty() {
            len += 1;
        }
        if self.backfill {
            len += 1;
        }
        if self.epoch != 0 {
            len += 1;
        }
        if self.passed_over.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.ScheduleRef", len)?;
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if let Some(v) = self.due.as_ref() {
            struct_ser.serialize_field("due", v)?;
        }
        if let Some(v) = self.settled.as_ref() {
            struct_ser.serialize_field("settled", v)?;
        }
        if !self.time_zone_database.is_empty() {
            struct_ser.serialize_field("timeZoneDatabase", &self.time_zone_database)?;
        }
        if self.backfill {
            struct_ser.serialize_field("backfill", &self.backfill)?;
        }
        if self.epoch != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        if let Some(v) = self.passed_over.as_ref() {
            struct_ser.serialize_field("passedOver", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleRef {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "key",
            "due",
            "settled",
            "time_zone_database",
            "timeZoneDatabase",
            "backfill",
            "epoch",
            "passed_over",
            "passedOver",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Key,
            Due,
            Settled,
            TimeZoneDatabase,
            Backfill,
            Epoch,
            PassedOver,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "key" => Ok(GeneratedField::Key),
                            "due" => Ok(GeneratedField::Due),
                            "settled" => Ok(GeneratedField::Settled),
                            "timeZoneDatabase" | "time_zone_database" => Ok(GeneratedField::TimeZoneDatabase),
                            "backfill" => Ok(GeneratedField::Backfill),
                            "epoch" => Ok(GeneratedField::Epoch),
                            "passedOver" | "passed_over" => Ok(GeneratedField::PassedOver),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleRef;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.ScheduleRef")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleRef, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut key__ = None;
                let mut due__ = None;
                let mut settled__ = None;
                let mut time_zone_database__ = None;
                let mut backfill__ = None;
                let mut epoch__ = None;
                let mut passed_over__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Due => {
                            if due__.is_some() {
                                return Err(serde::de::Error::duplicate_field("due"));
                            }
                            due__ = map_.next_value()?;
                        }
                        GeneratedField::Settled => {
                            if settled__.is_some() {
                                return Err(serde::de::Error::duplicate_field("settled"));
                            }
                            settled__ = map_.next_value()?;
                        }
                        GeneratedField::TimeZoneDatabase => {
                            if time_zone_database__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeZoneDatabase"));
                            }
                            time_zone_database__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Backfill => {
                            if backfill__.is_some() {
                                return Err(serde::de::Error::duplicate_field("backfill"));
                            }
                            backfill__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PassedOver => {
                            if passed_over__.is_some() {
                                return Err(serde::de::Error::duplicate_field("passedOver"));
                            }
                            passed_over__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ScheduleRef {
                    key: key__.unwrap_or_default(),
                    due: due__,
                    settled: settled__,
                    time_zone_database: time_zone_database__.unwrap_or_default(),
                    backfill: backfill__.unwrap_or_default(),
                    epoch: epoch__.unwrap_or_default(),
                    passed_over: passed_over__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.ScheduleRef", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Session {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker.is_empty() {
            len += 1;
        }
        if !self.session.is_empty() {
            len += 1;
        }
        if !self.pool.is_empty() {
            len += 1;
        }
        if !self.queues.is_empty() {
            len += 1;
        }
        if !self.kind.is_empty() {
            len += 1;
        }
        if self.capacity != 0 {
            len += 1;
        }
        if self.in_use != 0 {
            len += 1;
        }
        if self.lease.is_some() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if self.started_at.is_some() {
            len += 1;
        }
        if self.draining {
            len += 1;
        }
        if self.ended {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Session", len)?;
        if !self.worker.is_empty() {
            struct_ser.serialize_field("worker", &self.worker)?;
        }
        if !self.session.is_empty() {
            struct_ser.serialize_field("session", &self.session)?;
        }
        if !self.pool.is_empty() {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if !self.queues.is_empty() {
            struct_ser.serialize_field("queues", &self.queues)?;
        }
        if !self.kind.is_empty() {
            struct_ser.serialize_field("kind", &self.kind)?;
        }
        if self.capacity != 0 {
            struct_ser.serialize_field("capacity", &self.capacity)?;
        }
        if self.in_use != 0 {
            struct_ser.serialize_field("inUse", &self.in_use)?;
        }
        if let Some(v) = self.lease.as_ref() {
            struct_ser.serialize_field("lease", v)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if let Some(v) = self.started_at.as_ref() {
            struct_ser.serialize_field("startedAt", v)?;
        }
        if self.draining {
            struct_ser.serialize_field("draining", &self.draining)?;
        }
        if self.ended {
            struct_ser.serialize_field("ended", &self.ended)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Session {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker",
            "session",
            "pool",
            "queues",
            "kind",
            "capacity",
            "in_use",
            "inUse",
            "lease",
            "version",
            "started_at",
            "startedAt",
            "draining",
            "ended",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Worker,
            Session,
            Pool,
            Queues,
            Kind,
            Capacity,
            InUse,
            Lease,
            Version,
            StartedAt,
            Draining,
            Ended,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "worker" => Ok(GeneratedField::Worker),
                            "session" => Ok(GeneratedField::Session),
                            "pool" => Ok(GeneratedField::Pool),
                            "queues" => Ok(GeneratedField::Queues),
                            "kind" => Ok(GeneratedField::Kind),
                            "capacity" => Ok(GeneratedField::Capacity),
                            "inUse" | "in_use" => Ok(GeneratedField::InUse),
                            "lease" => Ok(GeneratedField::Lease),
                            "version" => Ok(GeneratedField::Version),
                            "startedAt" | "started_at" => Ok(GeneratedField::StartedAt),
                            "draining" => Ok(GeneratedField::Draining),
                            "ended" => Ok(GeneratedField::Ended),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Session;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Session")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Session, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker__ = None;
                let mut session__ = None;
                let mut pool__ = None;
                let mut queues__ = None;
                let mut kind__ = None;
                let mut capacity__ = None;
                let mut in_use__ = None;
                let mut lease__ = None;
                let mut version__ = None;
                let mut started_at__ = None;
                let mut draining__ = None;
                let mut ended__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Worker => {
                            if worker__.is_some() {
                                return Err(serde::de::Error::duplicate_field("worker"));
                            }
                            worker__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Session => {
                            if session__.is_some() {
                                return Err(serde::de::Error::duplicate_field("session"));
                            }
                            session__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queues => {
                            if queues__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queues"));
                            }
                            queues__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Kind => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("kind"));
                            }
                            kind__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Capacity => {
                            if capacity__.is_some() {
                                return Err(serde::de::Error::duplicate_field("capacity"));
                            }
                            capacity__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::InUse => {
                            if in_use__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inUse"));
                            }
                            in_use__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Lease => {
                            if lease__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lease"));
                            }
                            lease__ = map_.next_value()?;
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StartedAt => {
                            if started_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startedAt"));
                            }
                            started_at__ = map_.next_value()?;
                        }
                        GeneratedField::Draining => {
                            if draining__.is_some() {
                                return Err(serde::de::Error::duplicate_field("draining"));
                            }
                            draining__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Ended => {
                            if ended__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ended"));
                            }
                            ended__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Session {
                    worker: worker__.unwrap_or_default(),
                    session: session__.unwrap_or_default(),
                    pool: pool__.unwrap_or_default(),
                    queues: queues__.unwrap_or_default(),
                    kind: kind__.unwrap_or_default(),
                    capacity: capacity__.unwrap_or_default(),
                    in_use: in_use__.unwrap_or_default(),
                    lease: lease__,
                    version: version__.unwrap_or_default(),
                    started_at: started_at__,
                    draining: draining__.unwrap_or_default(),
                    ended: ended__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Session", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SetPriority {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.priority != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.SetPriority", len)?;
        if self.priority != 0 {
            struct_ser.serialize_field("priority", &self.priority)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SetPriority {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "priority",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Priority,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "priority" => Ok(GeneratedField::Priority),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SetPriority;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.SetPriority")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SetPriority, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut priority__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Priority => {
                            if priority__.is_some() {
                                return Err(serde::de::Error::duplicate_field("priority"));
                            }
                            priority__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(SetPriority {
                    priority: priority__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.SetPriority", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Slot {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.weight != 0 {
            len += 1;
        }
        if self.value.is_some() {
            len += 1;
        }
        if self.pace.is_some() {
            len += 1;
        }
        if self.limit.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Slot", len)?;
        if self.weight != 0 {
            struct_ser.serialize_field("weight", &self.weight)?;
        }
        if let Some(v) = self.value.as_ref() {
            struct_ser.serialize_field("value", v)?;
        }
        if let Some(v) = self.pace.as_ref() {
            struct_ser.serialize_field("pace", v)?;
        }
        if let Some(v) = self.limit.as_ref() {
            match v {
                slot::Limit::OwnPool(v) => {
                    struct_ser.serialize_field("ownPool", v)?;
                }
                slot::Limit::OwnQueue(v) => {
                    struct_ser.serialize_field("ownQueue", v)?;
                }
                slot::Limit::Pool(v) => {
                    struct_ser.serialize_field("pool", v)?;
                }
                slot::Limit::Queue(v) => {
                    struct_ser.serialize_field("queue", v)?;
                }
                slot::Limit::Deployment(v) => {
                    struct_ser.serialize_field("deployment", v)?;
                }
                slot::Limit::Tag(v) => {
                    struct_ser.serialize_field("tag", v)?;
                }
                slot::Limit::Named(v) => {
                    struct_ser.serialize_field("named", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Slot {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "weight",
            "value",
            "pace",
            "own_pool",
            "ownPool",
            "own_queue",
            "ownQueue",
            "pool",
            "queue",
            "deployment",
            "tag",
            "named",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Weight,
            Value,
            Pace,
            OwnPool,
            OwnQueue,
            Pool,
            Queue,
            Deployment,
            Tag,
            Named,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "weight" => Ok(GeneratedField::Weight),
                            "value" => Ok(GeneratedField::Value),
                            "pace" => Ok(GeneratedField::Pace),
                            "ownPool" | "own_pool" => Ok(GeneratedField::OwnPool),
                            "ownQueue" | "own_queue" => Ok(GeneratedField::OwnQueue),
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "deployment" => Ok(GeneratedField::Deployment),
                            "tag" => Ok(GeneratedField::Tag),
                            "named" => Ok(GeneratedField::Named),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Slot;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Slot")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Slot, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut weight__ = None;
                let mut value__ = None;
                let mut pace__ = None;
                let mut limit__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Weight => {
                            if weight__.is_some() {
                                return Err(serde::de::Error::duplicate_field("weight"));
                            }
                            weight__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Value => {
                            if value__.is_some() {
                                return Err(serde::de::Error::duplicate_field("value"));
                            }
                            value__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Pace => {
                            if pace__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pace"));
                            }
                            pace__ = map_.next_value()?;
                        }
                        GeneratedField::OwnPool => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ownPool"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(slot::Limit::OwnPool)
;
                        }
                        GeneratedField::OwnQueue => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ownQueue"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(slot::Limit::OwnQueue)
;
                        }
                        GeneratedField::Pool => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(slot::Limit::Pool);
                        }
                        GeneratedField::Queue => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(slot::Limit::Queue)
;
                        }
                        GeneratedField::Deployment => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(slot::Limit::Deployment);
                        }
                        GeneratedField::Tag => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tag"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(slot::Limit::Tag);
                        }
                        GeneratedField::Named => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("named"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(slot::Limit::Named);
                        }
                    }
                }
                Ok(Slot {
                    weight: weight__.unwrap_or_default(),
                    value: value__,
                    pace: pace__,
                    limit: limit__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Slot", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StartRate {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.starts != 0 {
            len += 1;
        }
        if self.per.is_some() {
            len += 1;
        }
        if self.burst != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.StartRate", len)?;
        if self.starts != 0 {
            struct_ser.serialize_field("starts", &self.starts)?;
        }
        if let Some(v) = self.per.as_ref() {
            struct_ser.serialize_field("per", v)?;
        }
        if self.burst != 0 {
            struct_ser.serialize_field("burst", &self.burst)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StartRate {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "starts",
            "per",
            "burst",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Starts,
            Per,
            Burst,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "starts" => Ok(GeneratedField::Starts),
                            "per" => Ok(GeneratedField::Per),
                            "burst" => Ok(GeneratedField::Burst),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StartRate;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.StartRate")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StartRate, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut starts__ = None;
                let mut per__ = None;
                let mut burst__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Starts => {
                            if starts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("starts"));
                            }
                            starts__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Per => {
                            if per__.is_some() {
                                return Err(serde::de::Error::duplicate_field("per"));
                            }
                            per__ = map_.next_value()?;
                        }
                        GeneratedField::Burst => {
                            if burst__.is_some() {
                                return Err(serde::de::Error::duplicate_field("burst"));
                            }
                            burst__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(StartRate {
                    starts: starts__.unwrap_or_default(),
                    per: per__,
                    burst: burst__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.StartRate", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Started {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.infrastructure.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Started", len)?;
        if !self.infrastructure.is_empty() {
            struct_ser.serialize_field("infrastructure", &self.infrastructure)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Started {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "infrastructure",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Infrastructure,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "infrastructure" => Ok(GeneratedField::Infrastructure),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Started;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Started")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Started, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut infrastructure__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Infrastructure => {
                            if infrastructure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("infrastructure"));
                            }
                            infrastructure__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Started {
                    infrastructure: infrastructure__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Started", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Submitted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.infrastructure.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Submitted", len)?;
        if !self.infrastructure.is_empty() {
            struct_ser.serialize_field("infrastructure", &self.infrastructure)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Submitted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "infrastructure",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Infrastructure,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "infrastructure" => Ok(GeneratedField::Infrastructure),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Submitted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Submitted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Submitted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut infrastructure__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Infrastructure => {
                            if infrastructure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("infrastructure"));
                            }
                            infrastructure__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Submitted {
                    infrastructure: infrastructure__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Submitted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Taken {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker.is_empty() {
            len += 1;
        }
        if self.lease.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Taken", len)?;
        if !self.worker.is_empty() {
            struct_ser.serialize_field("worker", &self.worker)?;
        }
        if let Some(v) = self.lease.as_ref() {
            struct_ser.serialize_field("lease", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Taken {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker",
            "lease",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Worker,
            Lease,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "worker" => Ok(GeneratedField::Worker),
                            "lease" => Ok(GeneratedField::Lease),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Taken;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Taken")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Taken, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker__ = None;
                let mut lease__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Worker => {
                            if worker__.is_some() {
                                return Err(serde::de::Error::duplicate_field("worker"));
                            }
                            worker__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Lease => {
                            if lease__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lease"));
                            }
                            lease__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Taken {
                    worker: worker__.unwrap_or_default(),
                    lease: lease__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Taken", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Traced {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.up_to != 0 {
            len += 1;
        }
        if self.closed {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Traced", len)?;
        if self.up_to != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("upTo", ToString::to_string(&self.up_to).as_str())?;
        }
        if self.closed {
            struct_ser.serialize_field("closed", &self.closed)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Traced {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "up_to",
            "upTo",
            "closed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UpTo,
            Closed,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "upTo" | "up_to" => Ok(GeneratedField::UpTo),
                            "closed" => Ok(GeneratedField::Closed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Traced;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Traced")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Traced, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut up_to__ = None;
                let mut closed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UpTo => {
                            if up_to__.is_some() {
                                return Err(serde::de::Error::duplicate_field("upTo"));
                            }
                            up_to__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Closed => {
                            if closed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("closed"));
                            }
                            closed__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Traced {
                    up_to: up_to__.unwrap_or_default(),
                    closed: closed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Traced", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Tracer {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.scheduler.is_empty() {
            len += 1;
        }
        if !self.session.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Tracer", len)?;
        if !self.scheduler.is_empty() {
            struct_ser.serialize_field("scheduler", &self.scheduler)?;
        }
        if !self.session.is_empty() {
            struct_ser.serialize_field("session", &self.session)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Tracer {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scheduler",
            "session",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scheduler,
            Session,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scheduler" => Ok(GeneratedField::Scheduler),
                            "session" => Ok(GeneratedField::Session),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Tracer;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Tracer")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Tracer, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scheduler__ = None;
                let mut session__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scheduler => {
                            if scheduler__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scheduler"));
                            }
                            scheduler__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Session => {
                            if session__.is_some() {
                                return Err(serde::de::Error::duplicate_field("session"));
                            }
                            session__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Tracer {
                    scheduler: scheduler__.unwrap_or_default(),
                    session: session__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Tracer", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Wait {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.cause.is_some() {
            len += 1;
        }
        if self.from.is_some() {
            len += 1;
        }
        if self.merged.is_some() {
            len += 1;
        }
        if self.parts != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Wait", len)?;
        if let Some(v) = self.cause.as_ref() {
            struct_ser.serialize_field("cause", v)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        if let Some(v) = self.merged.as_ref() {
            struct_ser.serialize_field("merged", v)?;
        }
        if self.parts != 0 {
            struct_ser.serialize_field("parts", &self.parts)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Wait {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "cause",
            "from",
            "merged",
            "parts",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Cause,
            From,
            Merged,
            Parts,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "cause" => Ok(GeneratedField::Cause),
                            "from" => Ok(GeneratedField::From),
                            "merged" => Ok(GeneratedField::Merged),
                            "parts" => Ok(GeneratedField::Parts),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Wait;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Wait")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Wait, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut cause__ = None;
                let mut from__ = None;
                let mut merged__ = None;
                let mut parts__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = map_.next_value()?;
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                        GeneratedField::Merged => {
                            if merged__.is_some() {
                                return Err(serde::de::Error::duplicate_field("merged"));
                            }
                            merged__ = map_.next_value()?;
                        }
                        GeneratedField::Parts => {
                            if parts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parts"));
                            }
                            parts__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Wait {
                    cause: cause__,
                    from: from__,
                    merged: merged__,
                    parts: parts__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Wait", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WaitCause {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.cause.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.WaitCause", len)?;
        if let Some(v) = self.cause.as_ref() {
            match v {
                wait_cause::Cause::Limit(v) => {
                    struct_ser.serialize_field("limit", v)?;
                }
                wait_cause::Cause::Rate(v) => {
                    struct_ser.serialize_field("rate", v)?;
                }
                wait_cause::Cause::Paused(v) => {
                    struct_ser.serialize_field("paused", v)?;
                }
                wait_cause::Cause::Kept(v) => {
                    struct_ser.serialize_field("kept", v)?;
                }
                wait_cause::Cause::NoWorkers(v) => {
                    struct_ser.serialize_field("noWorkers", v)?;
                }
                wait_cause::Cause::NotDue(v) => {
                    struct_ser.serialize_field("notDue", v)?;
                }
                wait_cause::Cause::QueueNotReady(v) => {
                    struct_ser.serialize_field("queueNotReady", v)?;
                }
                wait_cause::Cause::Deciding(v) => {
                    struct_ser.serialize_field("deciding", v)?;
                }
                wait_cause::Cause::BeforeLeader(v) => {
                    struct_ser.serialize_field("beforeLeader", v)?;
                }
                wait_cause::Cause::ComesAfter(v) => {
                    struct_ser.serialize_field("comesAfter", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WaitCause {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "limit",
            "rate",
            "paused",
            "kept",
            "no_workers",
            "noWorkers",
            "not_due",
            "notDue",
            "queue_not_ready",
            "queueNotReady",
            "deciding",
            "before_leader",
            "beforeLeader",
            "comes_after",
            "comesAfter",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Limit,
            Rate,
            Paused,
            Kept,
            NoWorkers,
            NotDue,
            QueueNotReady,
            Deciding,
            BeforeLeader,
            ComesAfter,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "limit" => Ok(GeneratedField::Limit),
                            "rate" => Ok(GeneratedField::Rate),
                            "paused" => Ok(GeneratedField::Paused),
                            "kept" => Ok(GeneratedField::Kept),
                            "noWorkers" | "no_workers" => Ok(GeneratedField::NoWorkers),
                            "notDue" | "not_due" => Ok(GeneratedField::NotDue),
                            "queueNotReady" | "queue_not_ready" => Ok(GeneratedField::QueueNotReady),
                            "deciding" => Ok(GeneratedField::Deciding),
                            "beforeLeader" | "before_leader" => Ok(GeneratedField::BeforeLeader),
                            "comesAfter" | "comes_after" => Ok(GeneratedField::ComesAfter),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WaitCause;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.WaitCause")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WaitCause, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut cause__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Limit => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::Limit)
;
                        }
                        GeneratedField::Rate => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rate"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::Rate)
;
                        }
                        GeneratedField::Paused => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("paused"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::Paused)
;
                        }
                        GeneratedField::Kept => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("kept"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::Kept)
;
                        }
                        GeneratedField::NoWorkers => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("noWorkers"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::NoWorkers)
;
                        }
                        GeneratedField::NotDue => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notDue"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::NotDue)
;
                        }
                        GeneratedField::QueueNotReady => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queueNotReady"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::QueueNotReady)
;
                        }
                        GeneratedField::Deciding => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deciding"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::Deciding)
;
                        }
                        GeneratedField::BeforeLeader => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("beforeLeader"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::BeforeLeader)
;
                        }
                        GeneratedField::ComesAfter => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("comesAfter"));
                            }
                            cause__ = map_.next_value::<::std::option::Option<_>>()?.map(wait_cause::Cause::ComesAfter)
;
                        }
                    }
                }
                Ok(WaitCause {
                    cause: cause__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.WaitCause", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Waiting {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Waiting", len)?;
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Waiting {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "reason",
            "message",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Reason,
            Message,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "reason" => Ok(GeneratedField::Reason),
                            "message" => Ok(GeneratedField::Message),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Waiting;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Waiting")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Waiting, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut reason__ = None;
                let mut message__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Waiting {
                    reason: reason__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Waiting", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Waits {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if !self.session.is_empty() {
            len += 1;
        }
        if self.k != 0 {
            len += 1;
        }
        if !self.runs.is_empty() {
            len += 1;
        }
        if self.yield_slots {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Waits", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if !self.session.is_empty() {
            struct_ser.serialize_field("session", &self.session)?;
        }
        if self.k != 0 {
            struct_ser.serialize_field("k", &self.k)?;
        }
        if !self.runs.is_empty() {
            struct_ser.serialize_field("runs", &self.runs)?;
        }
        if self.yield_slots {
            struct_ser.serialize_field("yieldSlots", &self.yield_slots)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Waits {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "session",
            "k",
            "runs",
            "yield_slots",
            "yieldSlots",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            Session,
            K,
            Runs,
            YieldSlots,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "session" => Ok(GeneratedField::Session),
                            "k" => Ok(GeneratedField::K),
                            "runs" => Ok(GeneratedField::Runs),
                            "yieldSlots" | "yield_slots" => Ok(GeneratedField::YieldSlots),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Waits;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Waits")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Waits, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut session__ = None;
                let mut k__ = None;
                let mut runs__ = None;
                let mut yield_slots__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Session => {
                            if session__.is_some() {
                                return Err(serde::de::Error::duplicate_field("session"));
                            }
                            session__ = Some(map_.next_value()?);
                        }
                        GeneratedField::K => {
                            if k__.is_some() {
                                return Err(serde::de::Error::duplicate_field("k"));
                            }
                            k__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = Some(map_.next_value()?);
                        }
                        GeneratedField::YieldSlots => {
                            if yield_slots__.is_some() {
                                return Err(serde::de::Error::duplicate_field("yieldSlots"));
                            }
                            yield_slots__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Waits {
                    attempt: attempt__.unwrap_or_default(),
                    session: session__.unwrap_or_default(),
                    k: k__.unwrap_or_default(),
                    runs: runs__.unwrap_or_default(),
                    yield_slots: yield_slots__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Waits", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkerLost {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.session.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.WorkerLost", len)?;
        if !self.session.is_empty() {
            struct_ser.serialize_field("session", &self.session)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WorkerLost {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "session",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Session,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "session" => Ok(GeneratedField::Session),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WorkerLost;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.WorkerLost")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WorkerLost, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut session__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Session => {
                            if session__.is_some() {
                                return Err(serde::de::Error::duplicate_field("session"));
                            }
                            session__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(WorkerLost {
                    session: session__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.WorkerLost", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Yielded {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.attempt != 0 {
            len += 1;
        }
        if self.k != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Yielded", len)?;
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.k != 0 {
            struct_ser.serialize_field("k", &self.k)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Yielded {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "attempt",
            "k",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Attempt,
            K,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "attempt" => Ok(GeneratedField::Attempt),
                            "k" => Ok(GeneratedField::K),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Yielded;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Yielded")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Yielded, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut attempt__ = None;
                let mut k__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::K => {
                            if k__.is_some() {
                                return Err(serde::de::Error::duplicate_field("k"));
                            }
                            k__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Yielded {
                    attempt: attempt__.unwrap_or_default(),
                    k: k__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Yielded", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Answerer {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Answerer", len)?;
        if true {
            struct_ser.serialize_field("scheduler", &self.scheduler)?;
        }
        if true {
            struct_ser.serialize_field("leads", &self.leads)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("cell", ToString::to_string(&self.cell).as_str())?;
        }
        if true {
            struct_ser.serialize_field("queues", &self.queues)?;
        }
        if true {
            struct_ser.serialize_field("impediments", &self.impediments)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Answerer {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scheduler",
            "leads",
            "epoch",
            "cell",
            "queues",
            "impediments",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scheduler,
            Leads,
            Epoch,
            Cell,
            Queues,
            Impediments,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scheduler" => Ok(GeneratedField::Scheduler),
                            "leads" => Ok(GeneratedField::Leads),
                            "epoch" => Ok(GeneratedField::Epoch),
                            "cell" => Ok(GeneratedField::Cell),
                            "queues" => Ok(GeneratedField::Queues),
                            "impediments" => Ok(GeneratedField::Impediments),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Answerer;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Answerer")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Answerer, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scheduler__ = None;
                let mut leads__ = None;
                let mut epoch__ = None;
                let mut cell__ = None;
                let mut queues__ = None;
                let mut impediments__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scheduler => {
                            if scheduler__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scheduler"));
                            }
                            scheduler__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Leads => {
                            if leads__.is_some() {
                                return Err(serde::de::Error::duplicate_field("leads"));
                            }
                            leads__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Cell => {
                            if cell__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cell"));
                            }
                            cell__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Queues => {
                            if queues__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queues"));
                            }
                            queues__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Impediments => {
                            if impediments__.is_some() {
                                return Err(serde::de::Error::duplicate_field("impediments"));
                            }
                            impediments__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Answerer {
                    scheduler: scheduler__.unwrap_or_default(),
                    leads: leads__.unwrap_or_default(),
                    epoch: epoch__.unwrap_or_default(),
                    cell: cell__.unwrap_or_default(),
                    queues: queues__.unwrap_or_default(),
                    impediments: impediments__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Answerer", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for AwaitsRuns {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.AwaitsRuns", len)?;
        if true {
            struct_ser.serialize_field("runs", &self.runs)?;
        }
        if let Some(v) = self.since.as_ref() {
            struct_ser.serialize_field("since", v)?;
        }
        if true {
            struct_ser.serialize_field("yielded", &self.yielded)?;
        }
        if true {
            struct_ser.serialize_field("goesOn", &self.goes_on)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AwaitsRuns {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "runs",
            "since",
            "yielded",
            "goes_on",
            "goesOn",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Runs,
            Since,
            Yielded,
            GoesOn,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runs" => Ok(GeneratedField::Runs),
                            "since" => Ok(GeneratedField::Since),
                            "yielded" => Ok(GeneratedField::Yielded),
                            "goesOn" | "goes_on" => Ok(GeneratedField::GoesOn),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AwaitsRuns;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.AwaitsRuns")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AwaitsRuns, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut runs__ = None;
                let mut since__ = None;
                let mut yielded__ = None;
                let mut goes_on__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Since => {
                            if since__.is_some() {
                                return Err(serde::de::Error::duplicate_field("since"));
                            }
                            since__ = map_.next_value()?;
                        }
                        GeneratedField::Yielded => {
                            if yielded__.is_some() {
                                return Err(serde::de::Error::duplicate_field("yielded"));
                            }
                            yielded__ = Some(map_.next_value()?);
                        }
                        GeneratedField::GoesOn => {
                            if goes_on__.is_some() {
                                return Err(serde::de::Error::duplicate_field("goesOn"));
                            }
                            goes_on__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(AwaitsRuns {
                    runs: runs__.unwrap_or_default(),
                    since: since__,
                    yielded: yielded__.unwrap_or_default(),
                    goes_on: goes_on__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.AwaitsRuns", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Barrier {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Barrier", len)?;
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Barrier {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "epoch",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Epoch,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "epoch" => Ok(GeneratedField::Epoch),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Barrier;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Barrier")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Barrier, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut epoch__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Barrier {
                    epoch: epoch__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Barrier", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Behind {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Behind", len)?;
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("runs", ToString::to_string(&self.runs).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Behind {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "runs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Runs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runs" => Ok(GeneratedField::Runs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Behind;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Behind")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Behind, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut runs__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Behind {
                    runs: runs__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Behind", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CellRecord {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.body.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.CellRecord", len)?;
        if let Some(v) = self.body.as_ref() {
            match v {
                cell_record::Body::Config(v) => {
                    struct_ser.serialize_field("config", v)?;
                }
                cell_record::Body::Epoch(v) => {
                    struct_ser.serialize_field("epoch", v)?;
                }
                cell_record::Body::QueueOpened(v) => {
                    struct_ser.serialize_field("queueOpened", v)?;
                }
                cell_record::Body::QueueClosed(v) => {
                    struct_ser.serialize_field("queueClosed", v)?;
                }
                cell_record::Body::Barrier(v) => {
                    struct_ser.serialize_field("barrier", v)?;
                }
                cell_record::Body::WorkerForgotten(v) => {
                    struct_ser.serialize_field("workerForgotten", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CellRecord {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "config",
            "epoch",
            "queue_opened",
            "queueOpened",
            "queue_closed",
            "queueClosed",
            "barrier",
            "worker_forgotten",
            "workerForgotten",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Config,
            Epoch,
            QueueOpened,
            QueueClosed,
            Barrier,
            WorkerForgotten,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "config" => Ok(GeneratedField::Config),
                            "epoch" => Ok(GeneratedField::Epoch),
                            "queueOpened" | "queue_opened" => Ok(GeneratedField::QueueOpened),
                            "queueClosed" | "queue_closed" => Ok(GeneratedField::QueueClosed),
                            "barrier" => Ok(GeneratedField::Barrier),
                            "workerForgotten" | "worker_forgotten" => Ok(GeneratedField::WorkerForgotten),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CellRecord;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.CellRecord")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CellRecord, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut body__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Config => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("config"));
                            }
                            body__ = map_.next_value::<::std::option::Option<_>>()?.map(cell_record::Body::Config)
;
                        }
                        GeneratedField::Epoch => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            body__ = map_.next_value::<::std::option::Option<_>>()?.map(cell_record::Body::Epoch)
;
                        }
                        GeneratedField::QueueOpened => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queueOpened"));
                            }
                            body__ = map_.next_value::<::std::option::Option<_>>()?.map(cell_record::Body::QueueOpened)
;
                        }
                        GeneratedField::QueueClosed => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queueClosed"));
                            }
                            body__ = map_.next_value::<::std::option::Option<_>>()?.map(cell_record::Body::QueueClosed)
;
                        }
                        GeneratedField::Barrier => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("barrier"));
                            }
                            body__ = map_.next_value::<::std::option::Option<_>>()?.map(cell_record::Body::Barrier)
;
                        }
                        GeneratedField::WorkerForgotten => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerForgotten"));
                            }
                            body__ = map_.next_value::<::std::option::Option<_>>()?.map(cell_record::Body::WorkerForgotten)
;
                        }
                    }
                }
                Ok(CellRecord {
                    body: body__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.CellRecord", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Closed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Closed", len)?;
        if true {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Closed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "reason",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Reason,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "reason" => Ok(GeneratedField::Reason),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Closed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Closed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Closed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut reason__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Closed {
                    reason: reason__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Closed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ComesAfterRun {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.ComesAfterRun", len)?;
        if let Some(v) = self.run.as_ref() {
            struct_ser.serialize_field("run", v)?;
        }
        if true {
            struct_ser.serialize_field("stateName", &self.state_name)?;
        }
        if true {
            let v = after_outcome::Wanted::try_from(self.wanted)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.wanted)))?;
            struct_ser.serialize_field("wanted", &v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ComesAfterRun {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run",
            "state_name",
            "stateName",
            "wanted",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Run,
            StateName,
            Wanted,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "run" => Ok(GeneratedField::Run),
                            "stateName" | "state_name" => Ok(GeneratedField::StateName),
                            "wanted" => Ok(GeneratedField::Wanted),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ComesAfterRun;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.ComesAfterRun")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ComesAfterRun, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run__ = None;
                let mut state_name__ = None;
                let mut wanted__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Run => {
                            if run__.is_some() {
                                return Err(serde::de::Error::duplicate_field("run"));
                            }
                            run__ = map_.next_value()?;
                        }
                        GeneratedField::StateName => {
                            if state_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stateName"));
                            }
                            state_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Wanted => {
                            if wanted__.is_some() {
                                return Err(serde::de::Error::duplicate_field("wanted"));
                            }
                            wanted__ = Some(map_.next_value::<after_outcome::Wanted>()? as i32);
                        }
                    }
                }
                Ok(ComesAfterRun {
                    run: run__,
                    state_name: state_name__.unwrap_or_default(),
                    wanted: wanted__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.ComesAfterRun", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ConfigWritten {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.ConfigWritten", len)?;
        if true {
            struct_ser.serialize_field("author", &self.author)?;
        }
        if let Some(v) = self.object.as_ref() {
            match v {
                config_written::Object::Pool(v) => {
                    struct_ser.serialize_field("pool", v)?;
                }
                config_written::Object::Queue(v) => {
                    struct_ser.serialize_field("queue", v)?;
                }
                config_written::Object::Deployment(v) => {
                    struct_ser.serialize_field("deployment", v)?;
                }
                config_written::Object::TagLimit(v) => {
                    struct_ser.serialize_field("tagLimit", v)?;
                }
                config_written::Object::NamedLimit(v) => {
                    struct_ser.serialize_field("namedLimit", v)?;
                }
                config_written::Object::Deletion(v) => {
                    struct_ser.serialize_field("deletion", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ConfigWritten {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "author",
            "pool",
            "queue",
            "deployment",
            "tag_limit",
            "tagLimit",
            "named_limit",
            "namedLimit",
            "deletion",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Author,
            Pool,
            Queue,
            Deployment,
            TagLimit,
            NamedLimit,
            Deletion,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "author" => Ok(GeneratedField::Author),
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "deployment" => Ok(GeneratedField::Deployment),
                            "tagLimit" | "tag_limit" => Ok(GeneratedField::TagLimit),
                            "namedLimit" | "named_limit" => Ok(GeneratedField::NamedLimit),
                            "deletion" => Ok(GeneratedField::Deletion),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ConfigWritten;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.ConfigWritten")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ConfigWritten, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut author__ = None;
                let mut object__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Author => {
                            if author__.is_some() {
                                return Err(serde::de::Error::duplicate_field("author"));
                            }
                            author__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Pool => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            object__ = map_.next_value::<::std::option::Option<_>>()?.map(config_written::Object::Pool)
;
                        }
                        GeneratedField::Queue => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            object__ = map_.next_value::<::std::option::Option<_>>()?.map(config_written::Object::Queue)
;
                        }
                        GeneratedField::Deployment => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            object__ = map_.next_value::<::std::option::Option<_>>()?.map(config_written::Object::Deployment)
;
                        }
                        GeneratedField::TagLimit => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tagLimit"));
                            }
                            object__ = map_.next_value::<::std::option::Option<_>>()?.map(config_written::Object::TagLimit)
;
                        }
                        GeneratedField::NamedLimit => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("namedLimit"));
                            }
                            object__ = map_.next_value::<::std::option::Option<_>>()?.map(config_written::Object::NamedLimit)
;
                        }
                        GeneratedField::Deletion => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deletion"));
                            }
                            object__ = map_.next_value::<::std::option::Option<_>>()?.map(config_written::Object::Deletion)
;
                        }
                    }
                }
                Ok(ConfigWritten {
                    author: author__.unwrap_or_default(),
                    object: object__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.ConfigWritten", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Deletion {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.what.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Deletion", len)?;
        if let Some(v) = self.what.as_ref() {
            match v {
                deletion::What::Pool(v) => {
                    struct_ser.serialize_field("pool", v)?;
                }
                deletion::What::Queue(v) => {
                    struct_ser.serialize_field("queue", v)?;
                }
                deletion::What::Deployment(v) => {
                    struct_ser.serialize_field("deployment", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Deletion {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
            "deployment",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
            Deployment,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "deployment" => Ok(GeneratedField::Deployment),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Deletion;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Deletion")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Deletion, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut what__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(deletion::What::Pool);
                        }
                        GeneratedField::Queue => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(deletion::What::Queue)
;
                        }
                        GeneratedField::Deployment => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            what__ = map_.next_value::<::std::option::Option<_>>()?.map(deletion::What::Deployment);
                        }
                    }
                }
                Ok(Deletion {
                    what: what__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Deletion", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DeploymentConfig {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.DeploymentConfig", len)?;
        if true {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("queue", &self.queue)?;
        }
        if true {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if let Some(v) = self.entrypoint.as_ref() {
            struct_ser.serialize_field("entrypoint", v)?;
        }
        if let Some(v) = self.job_variables.as_ref() {
            struct_ser.serialize_field("jobVariables", v)?;
        }
        if let Some(v) = self.parameters.as_ref() {
            struct_ser.serialize_field("parameters", v)?;
        }
        if true {
            struct_ser.serialize_field("tags", &self.tags)?;
        }
        if true {
            struct_ser.serialize_field("retries", &self.retries)?;
        }
        if let Some(v) = self.retry_delay.as_ref() {
            struct_ser.serialize_field("retryDelay", v)?;
        }
        if let Some(v) = self.timeout.as_ref() {
            struct_ser.serialize_field("timeout", v)?;
        }
        if let Some(v) = self.concurrency_limit.as_ref() {
            struct_ser.serialize_field("concurrencyLimit", v)?;
        }
        if true {
            struct_ser.serialize_field("schedules", &self.schedules)?;
        }
        if true {
            struct_ser.serialize_field("paused", &self.paused)?;
        }
        if true {
            struct_ser.serialize_field("limits", &self.limits)?;
        }
        if true {
            let v = deployment_config::CollisionStrategy::try_from(self.collision_strategy)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.collision_strategy)))?;
            struct_ser.serialize_field("collisionStrategy", &v)?;
        }
        if let Some(v) = self.retry_policy.as_ref() {
            struct_ser.serialize_field("retryPolicy", v)?;
        }
        if let Some(v) = self.parameter_schema.as_ref() {
            struct_ser.serialize_field("parameterSchema", v)?;
        }
        if true {
            struct_ser.serialize_field("runName", &self.run_name)?;
        }
        if true {
            struct_ser.serialize_field("pauseAfterFailedStarts", &self.pause_after_failed_starts)?;
        }
        if true {
            struct_ser.serialize_field("pausedReason", &self.paused_reason)?;
        }
        if let Some(v) = self.max_lateness.as_ref() {
            struct_ser.serialize_field("maxLateness", v)?;
        }
        if let Some(v) = self.written.as_ref() {
            struct_ser.serialize_field("written", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DeploymentConfig {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "pool",
            "queue",
            "description",
            "entrypoint",
            "job_variables",
            "jobVariables",
            "parameters",
            "tags",
            "retries",
            "retry_delay",
            "retryDelay",
            "timeout",
            "concurrency_limit",
            "concurrencyLimit",
            "schedules",
            "paused",
            "limits",
            "collision_strategy",
            "collisionStrategy",
            "retry_policy",
            "retryPolicy",
            "parameter_schema",
            "parameterSchema",
            "run_name",
            "runName",
            "pause_after_failed_starts",
            "pauseAfterFailedStarts",
            "paused_reason",
            "pausedReason",
            "max_lateness",
            "maxLateness",
            "written",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            Pool,
            Queue,
            Description,
            Entrypoint,
            JobVariables,
            Parameters,
            Tags,
            Retries,
            RetryDelay,
            Timeout,
            ConcurrencyLimit,
            Schedules,
            Paused,
            Limits,
            CollisionStrategy,
            RetryPolicy,
            ParameterSchema,
            RunName,
            PauseAfterFailedStarts,
            PausedReason,
            MaxLateness,
            Written,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "description" => Ok(GeneratedField::Description),
                            "entrypoint" => Ok(GeneratedField::Entrypoint),
                            "jobVariables" | "job_variables" => Ok(GeneratedField::JobVariables),
                            "parameters" => Ok(GeneratedField::Parameters),
                            "tags" => Ok(GeneratedField::Tags),
                            "retries" => Ok(GeneratedField::Retries),
                            "retryDelay" | "retry_delay" => Ok(GeneratedField::RetryDelay),
                            "timeout" => Ok(GeneratedField::Timeout),
                            "concurrencyLimit" | "concurrency_limit" => Ok(GeneratedField::ConcurrencyLimit),
                            "schedules" => Ok(GeneratedField::Schedules),
                            "paused" => Ok(GeneratedField::Paused),
                            "limits" => Ok(GeneratedField::Limits),
                            "collisionStrategy" | "collision_strategy" => Ok(GeneratedField::CollisionStrategy),
                            "retryPolicy" | "retry_policy" => Ok(GeneratedField::RetryPolicy),
                            "parameterSchema" | "parameter_schema" => Ok(GeneratedField::ParameterSchema),
                            "runName" | "run_name" => Ok(GeneratedField::RunName),
                            "pauseAfterFailedStarts" | "pause_after_failed_starts" => Ok(GeneratedField::PauseAfterFailedStarts),
                            "pausedReason" | "paused_reason" => Ok(GeneratedField::PausedReason),
                            "maxLateness" | "max_lateness" => Ok(GeneratedField::MaxLateness),
                            "written" => Ok(GeneratedField::Written),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DeploymentConfig;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.DeploymentConfig")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DeploymentConfig, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut pool__ = None;
                let mut queue__ = None;
                let mut description__ = None;
                let mut entrypoint__ = None;
                let mut job_variables__ = None;
                let mut parameters__ = None;
                let mut tags__ = None;
                let mut retries__ = None;
                let mut retry_delay__ = None;
                let mut timeout__ = None;
                let mut concurrency_limit__ = None;
                let mut schedules__ = None;
                let mut paused__ = None;
                let mut limits__ = None;
                let mut collision_strategy__ = None;
                let mut retry_policy__ = None;
                let mut parameter_schema__ = None;
                let mut run_name__ = None;
                let mut pause_after_failed_starts__ = None;
                let mut paused_reason__ = None;
                let mut max_lateness__ = None;
                let mut written__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Entrypoint => {
                            if entrypoint__.is_some() {
                                return Err(serde::de::Error::duplicate_field("entrypoint"));
                            }
                            entrypoint__ = map_.next_value()?;
                        }
                        GeneratedField::JobVariables => {
                            if job_variables__.is_some() {
                                return Err(serde::de::Error::duplicate_field("jobVariables"));
                            }
                            job_variables__ = map_.next_value()?;
                        }
                        GeneratedField::Parameters => {
                            if parameters__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parameters"));
                            }
                            parameters__ = map_.next_value()?;
                        }
                        GeneratedField::Tags => {
                            if tags__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tags"));
                            }
                            tags__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Retries => {
                            if retries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retries"));
                            }
                            retries__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RetryDelay => {
                            if retry_delay__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryDelay"));
                            }
                            retry_delay__ = map_.next_value()?;
                        }
                        GeneratedField::Timeout => {
                            if timeout__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeout"));
                            }
                            timeout__ = map_.next_value()?;
                        }
                        GeneratedField::ConcurrencyLimit => {
                            if concurrency_limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("concurrencyLimit"));
                            }
                            concurrency_limit__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Schedules => {
                            if schedules__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedules"));
                            }
                            schedules__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Paused => {
                            if paused__.is_some() {
                                return Err(serde::de::Error::duplicate_field("paused"));
                            }
                            paused__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Limits => {
                            if limits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limits"));
                            }
                            limits__ = Some(
                                map_.next_value::<std::collections::BTreeMap<_, ::pbjson::private::NumberDeserialize<u32>>>()?
                                    .into_iter().map(|(k,v)| (k, v.0)).collect()
                            );
                        }
                        GeneratedField::CollisionStrategy => {
                            if collision_strategy__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collisionStrategy"));
                            }
                            collision_strategy__ = Some(map_.next_value::<deployment_config::CollisionStrategy>()? as i32);
                        }
                        GeneratedField::RetryPolicy => {
                            if retry_policy__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryPolicy"));
                            }
                            retry_policy__ = map_.next_value()?;
                        }
                        GeneratedField::ParameterSchema => {
                            if parameter_schema__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parameterSchema"));
                            }
                            parameter_schema__ = map_.next_value()?;
                        }
                        GeneratedField::RunName => {
                            if run_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runName"));
                            }
                            run_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PauseAfterFailedStarts => {
                            if pause_after_failed_starts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pauseAfterFailedStarts"));
                            }
                            pause_after_failed_starts__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PausedReason => {
                            if paused_reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pausedReason"));
                            }
                            paused_reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::MaxLateness => {
                            if max_lateness__.is_some() {
                                return Err(serde::de::Error::duplicate_field("maxLateness"));
                            }
                            max_lateness__ = map_.next_value()?;
                        }
                        GeneratedField::Written => {
                            if written__.is_some() {
                                return Err(serde::de::Error::duplicate_field("written"));
                            }
                            written__ = map_.next_value()?;
                        }
                    }
                }
                Ok(DeploymentConfig {
                    name: name__.unwrap_or_default(),
                    pool: pool__.unwrap_or_default(),
                    queue: queue__.unwrap_or_default(),
                    description: description__.unwrap_or_default(),
                    entrypoint: entrypoint__,
                    job_variables: job_variables__,
                    parameters: parameters__,
                    tags: tags__.unwrap_or_default(),
                    retries: retries__.unwrap_or_default(),
                    retry_delay: retry_delay__,
                    timeout: timeout__,
                    concurrency_limit: concurrency_limit__,
                    schedules: schedules__.unwrap_or_default(),
                    paused: paused__.unwrap_or_default(),
                    limits: limits__.unwrap_or_default(),
                    collision_strategy: collision_strategy__.unwrap_or_default(),
                    retry_policy: retry_policy__,
                    parameter_schema: parameter_schema__,
                    run_name: run_name__.unwrap_or_default(),
                    pause_after_failed_starts: pause_after_failed_starts__.unwrap_or_default(),
                    paused_reason: paused_reason__.unwrap_or_default(),
                    max_lateness: max_lateness__,
                    written: written__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.DeploymentConfig", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for deployment_config::CollisionStrategy {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Enqueue => "ENQUEUE",
            Self::CancelNew => "CANCEL_NEW",
            Self::CancelRunning => "CANCEL_RUNNING",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for deployment_config::CollisionStrategy {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "ENQUEUE",
            "CANCEL_NEW",
            "CANCEL_RUNNING",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = deployment_config::CollisionStrategy;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "ENQUEUE" => Ok(deployment_config::CollisionStrategy::Enqueue),
                    "CANCEL_NEW" => Ok(deployment_config::CollisionStrategy::CancelNew),
                    "CANCEL_RUNNING" => Ok(deployment_config::CollisionStrategy::CancelRunning),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Due {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Due", len)?;
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Due {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "at",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            At,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "at" => Ok(GeneratedField::At),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Due;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Due")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Due, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Due {
                    at: at__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Due", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for EpochBegun {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.EpochBegun", len)?;
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        if true {
            struct_ser.serialize_field("leader", &self.leader)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for EpochBegun {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "epoch",
            "leader",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Epoch,
            Leader,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "epoch" => Ok(GeneratedField::Epoch),
                            "leader" => Ok(GeneratedField::Leader),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = EpochBegun;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.EpochBegun")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<EpochBegun, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut epoch__ = None;
                let mut leader__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Leader => {
                            if leader__.is_some() {
                                return Err(serde::de::Error::duplicate_field("leader"));
                            }
                            leader__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(EpochBegun {
                    epoch: epoch__.unwrap_or_default(),
                    leader: leader__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.EpochBegun", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for FairShare {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.FairShare", len)?;
        if let Some(v) = self.aging.as_ref() {
            struct_ser.serialize_field("aging", v)?;
        }
        if true {
            struct_ser.serialize_field("weights", &self.weights)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for FairShare {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "aging",
            "weights",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Aging,
            Weights,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "aging" => Ok(GeneratedField::Aging),
                            "weights" => Ok(GeneratedField::Weights),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = FairShare;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.FairShare")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<FairShare, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut aging__ = None;
                let mut weights__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Aging => {
                            if aging__.is_some() {
                                return Err(serde::de::Error::duplicate_field("aging"));
                            }
                            aging__ = map_.next_value()?;
                        }
                        GeneratedField::Weights => {
                            if weights__.is_some() {
                                return Err(serde::de::Error::duplicate_field("weights"));
                            }
                            weights__ = Some(
                                map_.next_value::<std::collections::BTreeMap<_, ::pbjson::private::NumberDeserialize<u32>>>()?
                                    .into_iter().map(|(k,v)| (k, v.0)).collect()
                            );
                        }
                    }
                }
                Ok(FairShare {
                    aging: aging__,
                    weights: weights__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.FairShare", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for FoldedQueue {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.FoldedQueue", len)?;
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("queue", &self.queue)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("folded", ToString::to_string(&self.folded).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for FoldedQueue {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
            "folded",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
            Folded,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "folded" => Ok(GeneratedField::Folded),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = FoldedQueue;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.FoldedQueue")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<FoldedQueue, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut queue__ = None;
                let mut folded__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Folded => {
                            if folded__.is_some() {
                                return Err(serde::de::Error::duplicate_field("folded"));
                            }
                            folded__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(FoldedQueue {
                    pool: pool__.unwrap_or_default(),
                    queue: queue__.unwrap_or_default(),
                    folded: folded__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.FoldedQueue", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for InCycle {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.InCycle", len)?;
        if true {
            struct_ser.serialize_field("links", &self.links)?;
        }
        if true {
            struct_ser.serialize_field("runs", &self.runs)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for InCycle {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "links",
            "runs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Links,
            Runs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "links" => Ok(GeneratedField::Links),
                            "runs" => Ok(GeneratedField::Runs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = InCycle;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.InCycle")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<InCycle, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut links__ = None;
                let mut runs__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Links => {
                            if links__.is_some() {
                                return Err(serde::de::Error::duplicate_field("links"));
                            }
                            links__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(InCycle {
                    links: links__.unwrap_or_default(),
                    runs: runs__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.InCycle", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for JobPolicy {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.JobPolicy", len)?;
        if true {
            struct_ser.serialize_field("images", &self.images)?;
        }
        if true {
            struct_ser.serialize_field("namespaces", &self.namespaces)?;
        }
        if true {
            struct_ser.serialize_field("serviceAccounts", &self.service_accounts)?;
        }
        if true {
            struct_ser.serialize_field("hostPaths", &self.host_paths)?;
        }
        if true {
            struct_ser.serialize_field("privileged", &self.privileged)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for JobPolicy {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "images",
            "namespaces",
            "service_accounts",
            "serviceAccounts",
            "host_paths",
            "hostPaths",
            "privileged",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Images,
            Namespaces,
            ServiceAccounts,
            HostPaths,
            Privileged,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "images" => Ok(GeneratedField::Images),
                            "namespaces" => Ok(GeneratedField::Namespaces),
                            "serviceAccounts" | "service_accounts" => Ok(GeneratedField::ServiceAccounts),
                            "hostPaths" | "host_paths" => Ok(GeneratedField::HostPaths),
                            "privileged" => Ok(GeneratedField::Privileged),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = JobPolicy;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.JobPolicy")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<JobPolicy, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut images__ = None;
                let mut namespaces__ = None;
                let mut service_accounts__ = None;
                let mut host_paths__ = None;
                let mut privileged__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Images => {
                            if images__.is_some() {
                                return Err(serde::de::Error::duplicate_field("images"));
                            }
                            images__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Namespaces => {
                            if namespaces__.is_some() {
                                return Err(serde::de::Error::duplicate_field("namespaces"));
                            }
                            namespaces__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ServiceAccounts => {
                            if service_accounts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("serviceAccounts"));
                            }
                            service_accounts__ = Some(map_.next_value()?);
                        }
                        GeneratedField::HostPaths => {
                            if host_paths__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hostPaths"));
                            }
                            host_paths__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Privileged => {
                            if privileged__.is_some() {
                                return Err(serde::de::Error::duplicate_field("privileged"));
                            }
                            privileged__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(JobPolicy {
                    images: images__.unwrap_or_default(),
                    namespaces: namespaces__.unwrap_or_default(),
                    service_accounts: service_accounts__.unwrap_or_default(),
                    host_paths: host_paths__.unwrap_or_default(),
                    privileged: privileged__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.JobPolicy", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LimitFull {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.LimitFull", len)?;
        if let Some(v) = self.limit.as_ref() {
            struct_ser.serialize_field("limit", v)?;
        }
        if true {
            struct_ser.serialize_field("holders", &self.holders)?;
        }
        if true {
            struct_ser.serialize_field("needs", &self.needs)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LimitFull {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "limit",
            "holders",
            "needs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Limit,
            Holders,
            Needs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "limit" => Ok(GeneratedField::Limit),
                            "holders" => Ok(GeneratedField::Holders),
                            "needs" => Ok(GeneratedField::Needs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LimitFull;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.LimitFull")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LimitFull, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut limit__ = None;
                let mut holders__ = None;
                let mut needs__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = map_.next_value()?;
                        }
                        GeneratedField::Holders => {
                            if holders__.is_some() {
                                return Err(serde::de::Error::duplicate_field("holders"));
                            }
                            holders__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Needs => {
                            if needs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("needs"));
                            }
                            needs__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(LimitFull {
                    limit: limit__,
                    holders: holders__.unwrap_or_default(),
                    needs: needs__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.LimitFull", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LimitKey {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.limit.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.LimitKey", len)?;
        if let Some(v) = self.limit.as_ref() {
            match v {
                limit_key::Limit::Pool(v) => {
                    struct_ser.serialize_field("pool", v)?;
                }
                limit_key::Limit::Queue(v) => {
                    struct_ser.serialize_field("queue", v)?;
                }
                limit_key::Limit::Deployment(v) => {
                    struct_ser.serialize_field("deployment", v)?;
                }
                limit_key::Limit::Tag(v) => {
                    struct_ser.serialize_field("tag", v)?;
                }
                limit_key::Limit::Named(v) => {
                    struct_ser.serialize_field("named", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LimitKey {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
            "deployment",
            "tag",
            "named",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
            Deployment,
            Tag,
            Named,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "deployment" => Ok(GeneratedField::Deployment),
                            "tag" => Ok(GeneratedField::Tag),
                            "named" => Ok(GeneratedField::Named),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LimitKey;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.LimitKey")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LimitKey, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut limit__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(limit_key::Limit::Pool);
                        }
                        GeneratedField::Queue => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(limit_key::Limit::Queue)
;
                        }
                        GeneratedField::Deployment => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(limit_key::Limit::Deployment);
                        }
                        GeneratedField::Tag => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tag"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(limit_key::Limit::Tag);
                        }
                        GeneratedField::Named => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("named"));
                            }
                            limit__ = map_.next_value::<::std::option::Option<_>>()?.map(limit_key::Limit::Named);
                        }
                    }
                }
                Ok(LimitKey {
                    limit: limit__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.LimitKey", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LimitList {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.LimitList", len)?;
        if true {
            struct_ser.serialize_field("limits", &self.limits)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LimitList {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "limits",
            "from",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Limits,
            From,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "limits" => Ok(GeneratedField::Limits),
                            "from" => Ok(GeneratedField::From),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LimitList;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.LimitList")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LimitList, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut limits__ = None;
                let mut from__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Limits => {
                            if limits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limits"));
                            }
                            limits__ = Some(map_.next_value()?);
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                    }
                }
                Ok(LimitList {
                    limits: limits__.unwrap_or_default(),
                    from: from__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.LimitList", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LimitView {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.LimitView", len)?;
        if let Some(v) = self.limit.as_ref() {
            struct_ser.serialize_field("limit", v)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("used", ToString::to_string(&self.used).as_str())?;
        }
        if let Some(v) = self.value.as_ref() {
            struct_ser.serialize_field("value", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LimitView {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "limit",
            "used",
            "value",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Limit,
            Used,
            Value,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "limit" => Ok(GeneratedField::Limit),
                            "used" => Ok(GeneratedField::Used),
                            "value" => Ok(GeneratedField::Value),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LimitView;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.LimitView")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LimitView, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut limit__ = None;
                let mut used__ = None;
                let mut value__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = map_.next_value()?;
                        }
                        GeneratedField::Used => {
                            if used__.is_some() {
                                return Err(serde::de::Error::duplicate_field("used"));
                            }
                            used__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Value => {
                            if value__.is_some() {
                                return Err(serde::de::Error::duplicate_field("value"));
                            }
                            value__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                    }
                }
                Ok(LimitView {
                    limit: limit__,
                    used: used__.unwrap_or_default(),
                    value: value__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.LimitView", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListFilter {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.ListFilter", len)?;
        if let Some(v) = self.pool.as_ref() {
            struct_ser.serialize_field("pool", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListFilter {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListFilter;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.ListFilter")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListFilter, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ListFilter {
                    pool: pool__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.ListFilter", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NamedLimitConfig {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.NamedLimitConfig", len)?;
        if true {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if let Some(v) = self.concurrency_limit.as_ref() {
            struct_ser.serialize_field("concurrencyLimit", v)?;
        }
        if let Some(v) = self.written.as_ref() {
            struct_ser.serialize_field("written", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NamedLimitConfig {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "concurrency_limit",
            "concurrencyLimit",
            "written",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            ConcurrencyLimit,
            Written,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "concurrencyLimit" | "concurrency_limit" => Ok(GeneratedField::ConcurrencyLimit),
                            "written" => Ok(GeneratedField::Written),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NamedLimitConfig;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.NamedLimitConfig")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NamedLimitConfig, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut concurrency_limit__ = None;
                let mut written__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ConcurrencyLimit => {
                            if concurrency_limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("concurrencyLimit"));
                            }
                            concurrency_limit__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Written => {
                            if written__.is_some() {
                                return Err(serde::de::Error::duplicate_field("written"));
                            }
                            written__ = map_.next_value()?;
                        }
                    }
                }
                Ok(NamedLimitConfig {
                    name: name__.unwrap_or_default(),
                    concurrency_limit: concurrency_limit__,
                    written: written__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.NamedLimitConfig", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NoWorker {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.NoWorker", len)?;
        if true {
            struct_ser.serialize_field("online", &self.online)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NoWorker {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "online",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Online,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "online" => Ok(GeneratedField::Online),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NoWorker;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.NoWorker")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NoWorker, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut online__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Online => {
                            if online__.is_some() {
                                return Err(serde::de::Error::duplicate_field("online"));
                            }
                            online__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(NoWorker {
                    online: online__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.NoWorker", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Now {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("weir.v1.Now", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Now {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Now;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Now")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Now, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(Now {
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Now", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Paused {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Paused", len)?;
        if let Some(v) = self.what.as_ref() {
            struct_ser.serialize_field("what", v)?;
        }
        if true {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Paused {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "what",
            "reason",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            What,
            Reason,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "what" => Ok(GeneratedField::What),
                            "reason" => Ok(GeneratedField::Reason),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Paused;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Paused")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Paused, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut what__ = None;
                let mut reason__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::What => {
                            if what__.is_some() {
                                return Err(serde::de::Error::duplicate_field("what"));
                            }
                            what__ = map_.next_value()?;
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Paused {
                    what: what__,
                    reason: reason__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Paused", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PoolConfig {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.PoolConfig", len)?;
        if true {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if true {
            let v = pool_config::Type::try_from(self.r#type)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.r#type)))?;
            struct_ser.serialize_field("type", &v)?;
        }
        if true {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if let Some(v) = self.concurrency_limit.as_ref() {
            struct_ser.serialize_field("concurrencyLimit", v)?;
        }
        if let Some(v) = self.base_job_template.as_ref() {
            struct_ser.serialize_field("baseJobTemplate", v)?;
        }
        if true {
            struct_ser.serialize_field("paused", &self.paused)?;
        }
        if let Some(v) = self.start_rate.as_ref() {
            struct_ser.serialize_field("startRate", v)?;
        }
        if let Some(v) = self.fair_share.as_ref() {
            struct_ser.serialize_field("fairShare", v)?;
        }
        if true {
            let v = pool_config::OnLostWorker::try_from(self.on_lost_worker)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.on_lost_worker)))?;
            struct_ser.serialize_field("onLostWorker", &v)?;
        }
        if let Some(v) = self.submit_timeout.as_ref() {
            struct_ser.serialize_field("submitTimeout", v)?;
        }
        if let Some(v) = self.start_timeout.as_ref() {
            struct_ser.serialize_field("startTimeout", v)?;
        }
        if let Some(v) = self.policy.as_ref() {
            struct_ser.serialize_field("policy", v)?;
        }
        if let Some(v) = self.written.as_ref() {
            struct_ser.serialize_field("written", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PoolConfig {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "type",
            "description",
            "concurrency_limit",
            "concurrencyLimit",
            "base_job_template",
            "baseJobTemplate",
            "paused",
            "start_rate",
            "startRate",
            "fair_share",
            "fairShare",
            "on_lost_worker",
            "onLostWorker",
            "submit_timeout",
            "submitTimeout",
            "start_timeout",
            "startTimeout",
            "policy",
            "written",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            Type,
            Description,
            ConcurrencyLimit,
            BaseJobTemplate,
            Paused,
            StartRate,
            FairShare,
            OnLostWorker,
            SubmitTimeout,
            StartTimeout,
            Policy,
            Written,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "type" => Ok(GeneratedField::Type),
                            "description" => Ok(GeneratedField::Description),
                            "concurrencyLimit" | "concurrency_limit" => Ok(GeneratedField::ConcurrencyLimit),
                            "baseJobTemplate" | "base_job_template" => Ok(GeneratedField::BaseJobTemplate),
                            "paused" => Ok(GeneratedField::Paused),
                            "startRate" | "start_rate" => Ok(GeneratedField::StartRate),
                            "fairShare" | "fair_share" => Ok(GeneratedField::FairShare),
                            "onLostWorker" | "on_lost_worker" => Ok(GeneratedField::OnLostWorker),
                            "submitTimeout" | "submit_timeout" => Ok(GeneratedField::SubmitTimeout),
                            "startTimeout" | "start_timeout" => Ok(GeneratedField::StartTimeout),
                            "policy" => Ok(GeneratedField::Policy),
                            "written" => Ok(GeneratedField::Written),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PoolConfig;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.PoolConfig")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PoolConfig, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut r#type__ = None;
                let mut description__ = None;
                let mut concurrency_limit__ = None;
                let mut base_job_template__ = None;
                let mut paused__ = None;
                let mut start_rate__ = None;
                let mut fair_share__ = None;
                let mut on_lost_worker__ = None;
                let mut submit_timeout__ = None;
                let mut start_timeout__ = None;
                let mut policy__ = None;
                let mut written__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Type => {
                            if r#type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("type"));
                            }
                            r#type__ = Some(map_.next_value::<pool_config::Type>()? as i32);
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ConcurrencyLimit => {
                            if concurrency_limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("concurrencyLimit"));
                            }
                            concurrency_limit__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::BaseJobTemplate => {
                            if base_job_template__.is_some() {
                                return Err(serde::de::Error::duplicate_field("baseJobTemplate"));
                            }
                            base_job_template__ = map_.next_value()?;
                        }
                        GeneratedField::Paused => {
                            if paused__.is_some() {
                                return Err(serde::de::Error::duplicate_field("paused"));
                            }
                            paused__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StartRate => {
                            if start_rate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startRate"));
                            }
                            start_rate__ = map_.next_value()?;
                        }
                        GeneratedField::FairShare => {
                            if fair_share__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fairShare"));
                            }
                            fair_share__ = map_.next_value()?;
                        }
                        GeneratedField::OnLostWorker => {
                            if on_lost_worker__.is_some() {
                                return Err(serde::de::Error::duplicate_field("onLostWorker"));
                            }
                            on_lost_worker__ = Some(map_.next_value::<pool_config::OnLostWorker>()? as i32);
                        }
                        GeneratedField::SubmitTimeout => {
                            if submit_timeout__.is_some() {
                                return Err(serde::de::Error::duplicate_field("submitTimeout"));
                            }
                            submit_timeout__ = map_.next_value()?;
                        }
                        GeneratedField::StartTimeout => {
                            if start_timeout__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startTimeout"));
                            }
                            start_timeout__ = map_.next_value()?;
                        }
                        GeneratedField::Policy => {
                            if policy__.is_some() {
                                return Err(serde::de::Error::duplicate_field("policy"));
                            }
                            policy__ = map_.next_value()?;
                        }
                        GeneratedField::Written => {
                            if written__.is_some() {
                                return Err(serde::de::Error::duplicate_field("written"));
                            }
                            written__ = map_.next_value()?;
                        }
                    }
                }
                Ok(PoolConfig {
                    name: name__.unwrap_or_default(),
                    r#type: r#type__.unwrap_or_default(),
                    description: description__.unwrap_or_default(),
                    concurrency_limit: concurrency_limit__,
                    base_job_template: base_job_template__,
                    paused: paused__.unwrap_or_default(),
                    start_rate: start_rate__,
                    fair_share: fair_share__,
                    on_lost_worker: on_lost_worker__.unwrap_or_default(),
                    submit_timeout: submit_timeout__,
                    start_timeout: start_timeout__,
                    policy: policy__,
                    written: written__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.PoolConfig", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for pool_config::OnLostWorker {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Release => "RELEASE",
            Self::Hold => "HOLD",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for pool_config::OnLostWorker {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "RELEASE",
            "HOLD",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = pool_config::OnLostWorker;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "RELEASE" => Ok(pool_config::OnLostWorker::Release),
                    "HOLD" => Ok(pool_config::OnLostWorker::Hold),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for pool_config::Type {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "UNSPECIFIED",
            Self::Process => "PROCESS",
            Self::Kubernetes => "KUBERNETES",
            Self::Null => "NULL",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for pool_config::Type {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "UNSPECIFIED",
            "PROCESS",
            "KUBERNETES",
            "NULL",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = pool_config::Type;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "UNSPECIFIED" => Ok(pool_config::Type::Unspecified),
                    "PROCESS" => Ok(pool_config::Type::Process),
                    "KUBERNETES" => Ok(pool_config::Type::Kubernetes),
                    "NULL" => Ok(pool_config::Type::Null),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for PoolList {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.PoolList", len)?;
        if true {
            struct_ser.serialize_field("pools", &self.pools)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PoolList {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pools",
            "from",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pools,
            From,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pools" => Ok(GeneratedField::Pools),
                            "from" => Ok(GeneratedField::From),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PoolList;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.PoolList")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PoolList, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pools__ = None;
                let mut from__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pools => {
                            if pools__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pools"));
                            }
                            pools__ = Some(map_.next_value()?);
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                    }
                }
                Ok(PoolList {
                    pools: pools__.unwrap_or_default(),
                    from: from__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.PoolList", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PoolView {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.PoolView", len)?;
        if true {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if true {
            let v = pool_config::Type::try_from(self.r#type)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.r#type)))?;
            struct_ser.serialize_field("type", &v)?;
        }
        if let Some(v) = self.limit.as_ref() {
            struct_ser.serialize_field("limit", v)?;
        }
        if true {
            struct_ser.serialize_field("queues", &self.queues)?;
        }
        if true {
            struct_ser.serialize_field("workers", &self.workers)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("capacity", ToString::to_string(&self.capacity).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PoolView {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "type",
            "limit",
            "queues",
            "workers",
            "capacity",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            Type,
            Limit,
            Queues,
            Workers,
            Capacity,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "type" => Ok(GeneratedField::Type),
                            "limit" => Ok(GeneratedField::Limit),
                            "queues" => Ok(GeneratedField::Queues),
                            "workers" => Ok(GeneratedField::Workers),
                            "capacity" => Ok(GeneratedField::Capacity),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PoolView;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.PoolView")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PoolView, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut r#type__ = None;
                let mut limit__ = None;
                let mut queues__ = None;
                let mut workers__ = None;
                let mut capacity__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Type => {
                            if r#type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("type"));
                            }
                            r#type__ = Some(map_.next_value::<pool_config::Type>()? as i32);
                        }
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = map_.next_value()?;
                        }
                        GeneratedField::Queues => {
                            if queues__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queues"));
                            }
                            queues__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Workers => {
                            if workers__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workers"));
                            }
                            workers__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Capacity => {
                            if capacity__.is_some() {
                                return Err(serde::de::Error::duplicate_field("capacity"));
                            }
                            capacity__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(PoolView {
                    name: name__.unwrap_or_default(),
                    r#type: r#type__.unwrap_or_default(),
                    limit: limit__,
                    queues: queues__.unwrap_or_default(),
                    workers: workers__.unwrap_or_default(),
                    capacity: capacity__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.PoolView", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueueClosed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.QueueClosed", len)?;
        if let Some(v) = self.queue.as_ref() {
            struct_ser.serialize_field("queue", v)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("last", ToString::to_string(&self.last).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueueClosed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "queue",
            "epoch",
            "last",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Queue,
            Epoch,
            Last,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "queue" => Ok(GeneratedField::Queue),
                            "epoch" => Ok(GeneratedField::Epoch),
                            "last" => Ok(GeneratedField::Last),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueueClosed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueueClosed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueueClosed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut queue__ = None;
                let mut epoch__ = None;
                let mut last__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = map_.next_value()?;
                        }
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Last => {
                            if last__.is_some() {
                                return Err(serde::de::Error::duplicate_field("last"));
                            }
                            last__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(QueueClosed {
                    queue: queue__,
                    epoch: epoch__.unwrap_or_default(),
                    last: last__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueueClosed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueueConfig {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.QueueConfig", len)?;
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if true {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if let Some(v) = self.concurrency_limit.as_ref() {
            struct_ser.serialize_field("concurrencyLimit", v)?;
        }
        if true {
            struct_ser.serialize_field("priority", &self.priority)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("maxBytes", ToString::to_string(&self.max_bytes).as_str())?;
        }
        if true {
            struct_ser.serialize_field("paused", &self.paused)?;
        }
        if let Some(v) = self.start_rate.as_ref() {
            struct_ser.serialize_field("startRate", v)?;
        }
        if true {
            struct_ser.serialize_field("weight", &self.weight)?;
        }
        if let Some(v) = self.written.as_ref() {
            struct_ser.serialize_field("written", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueueConfig {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "name",
            "description",
            "concurrency_limit",
            "concurrencyLimit",
            "priority",
            "max_bytes",
            "maxBytes",
            "paused",
            "start_rate",
            "startRate",
            "weight",
            "written",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Name,
            Description,
            ConcurrencyLimit,
            Priority,
            MaxBytes,
            Paused,
            StartRate,
            Weight,
            Written,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "name" => Ok(GeneratedField::Name),
                            "description" => Ok(GeneratedField::Description),
                            "concurrencyLimit" | "concurrency_limit" => Ok(GeneratedField::ConcurrencyLimit),
                            "priority" => Ok(GeneratedField::Priority),
                            "maxBytes" | "max_bytes" => Ok(GeneratedField::MaxBytes),
                            "paused" => Ok(GeneratedField::Paused),
                            "startRate" | "start_rate" => Ok(GeneratedField::StartRate),
                            "weight" => Ok(GeneratedField::Weight),
                            "written" => Ok(GeneratedField::Written),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueueConfig;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueueConfig")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueueConfig, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut name__ = None;
                let mut description__ = None;
                let mut concurrency_limit__ = None;
                let mut priority__ = None;
                let mut max_bytes__ = None;
                let mut paused__ = None;
                let mut start_rate__ = None;
                let mut weight__ = None;
                let mut written__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ConcurrencyLimit => {
                            if concurrency_limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("concurrencyLimit"));
                            }
                            concurrency_limit__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Priority => {
                            if priority__.is_some() {
                                return Err(serde::de::Error::duplicate_field("priority"));
                            }
                            priority__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::MaxBytes => {
                            if max_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("maxBytes"));
                            }
                            max_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Paused => {
                            if paused__.is_some() {
                                return Err(serde::de::Error::duplicate_field("paused"));
                            }
                            paused__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StartRate => {
                            if start_rate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startRate"));
                            }
                            start_rate__ = map_.next_value()?;
                        }
                        GeneratedField::Weight => {
                            if weight__.is_some() {
                                return Err(serde::de::Error::duplicate_field("weight"));
                            }
                            weight__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Written => {
                            if written__.is_some() {
                                return Err(serde::de::Error::duplicate_field("written"));
                            }
                            written__ = map_.next_value()?;
                        }
                    }
                }
                Ok(QueueConfig {
                    pool: pool__.unwrap_or_default(),
                    name: name__.unwrap_or_default(),
                    description: description__.unwrap_or_default(),
                    concurrency_limit: concurrency_limit__,
                    priority: priority__.unwrap_or_default(),
                    max_bytes: max_bytes__.unwrap_or_default(),
                    paused: paused__.unwrap_or_default(),
                    start_rate: start_rate__,
                    weight: weight__.unwrap_or_default(),
                    written: written__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueueConfig", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueueKey {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.QueueKey", len)?;
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("queue", &self.queue)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueueKey {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueueKey;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueueKey")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueueKey, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut queue__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(QueueKey {
                    pool: pool__.unwrap_or_default(),
                    queue: queue__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueueKey", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueueList {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.QueueList", len)?;
        if true {
            struct_ser.serialize_field("queues", &self.queues)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueueList {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "queues",
            "from",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Queues,
            From,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "queues" => Ok(GeneratedField::Queues),
                            "from" => Ok(GeneratedField::From),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueueList;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueueList")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueueList, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut queues__ = None;
                let mut from__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Queues => {
                            if queues__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queues"));
                            }
                            queues__ = Some(map_.next_value()?);
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                    }
                }
                Ok(QueueList {
                    queues: queues__.unwrap_or_default(),
                    from: from__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueueList", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueueOpened {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.QueueOpened", len)?;
        if let Some(v) = self.queue.as_ref() {
            struct_ser.serialize_field("queue", v)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("epoch", ToString::to_string(&self.epoch).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueueOpened {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "queue",
            "epoch",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Queue,
            Epoch,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "queue" => Ok(GeneratedField::Queue),
                            "epoch" => Ok(GeneratedField::Epoch),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueueOpened;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueueOpened")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueueOpened, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut queue__ = None;
                let mut epoch__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = map_.next_value()?;
                        }
                        GeneratedField::Epoch => {
                            if epoch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("epoch"));
                            }
                            epoch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(QueueOpened {
                    queue: queue__,
                    epoch: epoch__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueueOpened", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueueStream {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.QueueStream", len)?;
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("queue", &self.queue)?;
        }
        if true {
            struct_ser.serialize_field("incarnation", &self.incarnation)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueueStream {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
            "incarnation",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
            Incarnation,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "incarnation" => Ok(GeneratedField::Incarnation),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueueStream;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueueStream")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueueStream, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut queue__ = None;
                let mut incarnation__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Incarnation => {
                            if incarnation__.is_some() {
                                return Err(serde::de::Error::duplicate_field("incarnation"));
                            }
                            incarnation__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(QueueStream {
                    pool: pool__.unwrap_or_default(),
                    queue: queue__.unwrap_or_default(),
                    incarnation: incarnation__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueueStream", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for QueueView {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.QueueView", len)?;
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if true {
            struct_ser.serialize_field("priority", &self.priority)?;
        }
        if let Some(v) = self.limit.as_ref() {
            struct_ser.serialize_field("limit", v)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("waiting", ToString::to_string(&self.waiting).as_str())?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("live", ToString::to_string(&self.live).as_str())?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("ended", ToString::to_string(&self.ended).as_str())?;
        }
        if let Some(v) = self.oldest_waiting.as_ref() {
            struct_ser.serialize_field("oldestWaiting", v)?;
        }
        if let Some(v) = self.stream.as_ref() {
            struct_ser.serialize_field("stream", v)?;
        }
        if true {
            struct_ser.serialize_field("status", &self.status)?;
        }
        if true {
            struct_ser.serialize_field("drained", &self.drained)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for QueueView {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "name",
            "priority",
            "limit",
            "waiting",
            "live",
            "ended",
            "oldest_waiting",
            "oldestWaiting",
            "stream",
            "status",
            "drained",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Name,
            Priority,
            Limit,
            Waiting,
            Live,
            Ended,
            OldestWaiting,
            Stream,
            Status,
            Drained,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "name" => Ok(GeneratedField::Name),
                            "priority" => Ok(GeneratedField::Priority),
                            "limit" => Ok(GeneratedField::Limit),
                            "waiting" => Ok(GeneratedField::Waiting),
                            "live" => Ok(GeneratedField::Live),
                            "ended" => Ok(GeneratedField::Ended),
                            "oldestWaiting" | "oldest_waiting" => Ok(GeneratedField::OldestWaiting),
                            "stream" => Ok(GeneratedField::Stream),
                            "status" => Ok(GeneratedField::Status),
                            "drained" => Ok(GeneratedField::Drained),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = QueueView;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.QueueView")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<QueueView, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut name__ = None;
                let mut priority__ = None;
                let mut limit__ = None;
                let mut waiting__ = None;
                let mut live__ = None;
                let mut ended__ = None;
                let mut oldest_waiting__ = None;
                let mut stream__ = None;
                let mut status__ = None;
                let mut drained__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Priority => {
                            if priority__.is_some() {
                                return Err(serde::de::Error::duplicate_field("priority"));
                            }
                            priority__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = map_.next_value()?;
                        }
                        GeneratedField::Waiting => {
                            if waiting__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waiting"));
                            }
                            waiting__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Live => {
                            if live__.is_some() {
                                return Err(serde::de::Error::duplicate_field("live"));
                            }
                            live__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Ended => {
                            if ended__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ended"));
                            }
                            ended__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::OldestWaiting => {
                            if oldest_waiting__.is_some() {
                                return Err(serde::de::Error::duplicate_field("oldestWaiting"));
                            }
                            oldest_waiting__ = map_.next_value()?;
                        }
                        GeneratedField::Stream => {
                            if stream__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stream"));
                            }
                            stream__ = map_.next_value()?;
                        }
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("status"));
                            }
                            status__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Drained => {
                            if drained__.is_some() {
                                return Err(serde::de::Error::duplicate_field("drained"));
                            }
                            drained__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(QueueView {
                    pool: pool__.unwrap_or_default(),
                    name: name__.unwrap_or_default(),
                    priority: priority__.unwrap_or_default(),
                    limit: limit__,
                    waiting: waiting__.unwrap_or_default(),
                    live: live__.unwrap_or_default(),
                    ended: ended__.unwrap_or_default(),
                    oldest_waiting: oldest_waiting__,
                    stream: stream__,
                    status: status__.unwrap_or_default(),
                    drained: drained__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.QueueView", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RateReached {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RateReached", len)?;
        if let Some(v) = self.limit.as_ref() {
            struct_ser.serialize_field("limit", v)?;
        }
        if let Some(v) = self.rate.as_ref() {
            struct_ser.serialize_field("rate", v)?;
        }
        if let Some(v) = self.opens_at.as_ref() {
            struct_ser.serialize_field("opensAt", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RateReached {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "limit",
            "rate",
            "opens_at",
            "opensAt",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Limit,
            Rate,
            OpensAt,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "limit" => Ok(GeneratedField::Limit),
                            "rate" => Ok(GeneratedField::Rate),
                            "opensAt" | "opens_at" => Ok(GeneratedField::OpensAt),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RateReached;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RateReached")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RateReached, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut limit__ = None;
                let mut rate__ = None;
                let mut opens_at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = map_.next_value()?;
                        }
                        GeneratedField::Rate => {
                            if rate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rate"));
                            }
                            rate__ = map_.next_value()?;
                        }
                        GeneratedField::OpensAt => {
                            if opens_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("opensAt"));
                            }
                            opens_at__ = map_.next_value()?;
                        }
                    }
                }
                Ok(RateReached {
                    limit: limit__,
                    rate: rate__,
                    opens_at: opens_at__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RateReached", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RunFilter {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RunFilter", len)?;
        if let Some(v) = self.pool.as_ref() {
            struct_ser.serialize_field("pool", v)?;
        }
        if let Some(v) = self.queue.as_ref() {
            struct_ser.serialize_field("queue", v)?;
        }
        if let Some(v) = self.run_id.as_ref() {
            struct_ser.serialize_field("runId", v)?;
        }
        if let Some(v) = self.deployment.as_ref() {
            struct_ser.serialize_field("deployment", v)?;
        }
        if true {
            let v = self.states.iter().cloned().map(|v| {
                run_view::State::try_from(v)
                    .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", v)))
                }).collect::<std::result::Result<Vec<_>, _>>()?;
            struct_ser.serialize_field("states", &v)?;
        }
        if true {
            struct_ser.serialize_field("tags", &self.tags)?;
        }
        if true {
            struct_ser.serialize_field("limit", &self.limit)?;
        }
        if let Some(v) = self.parent.as_ref() {
            struct_ser.serialize_field("parent", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RunFilter {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
            "run_id",
            "runId",
            "deployment",
            "states",
            "tags",
            "limit",
            "parent",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
            RunId,
            Deployment,
            States,
            Tags,
            Limit,
            Parent,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "deployment" => Ok(GeneratedField::Deployment),
                            "states" => Ok(GeneratedField::States),
                            "tags" => Ok(GeneratedField::Tags),
                            "limit" => Ok(GeneratedField::Limit),
                            "parent" => Ok(GeneratedField::Parent),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RunFilter;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RunFilter")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RunFilter, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut queue__ = None;
                let mut run_id__ = None;
                let mut deployment__ = None;
                let mut states__ = None;
                let mut tags__ = None;
                let mut limit__ = None;
                let mut parent__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = map_.next_value()?;
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = map_.next_value()?;
                        }
                        GeneratedField::Deployment => {
                            if deployment__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            deployment__ = map_.next_value()?;
                        }
                        GeneratedField::States => {
                            if states__.is_some() {
                                return Err(serde::de::Error::duplicate_field("states"));
                            }
                            states__ = Some(map_.next_value::<Vec<run_view::State>>()?.into_iter().map(|x| x as i32).collect());
                        }
                        GeneratedField::Tags => {
                            if tags__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tags"));
                            }
                            tags__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Parent => {
                            if parent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parent"));
                            }
                            parent__ = map_.next_value()?;
                        }
                    }
                }
                Ok(RunFilter {
                    pool: pool__,
                    queue: queue__,
                    run_id: run_id__,
                    deployment: deployment__,
                    states: states__.unwrap_or_default(),
                    tags: tags__.unwrap_or_default(),
                    limit: limit__.unwrap_or_default(),
                    parent: parent__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RunFilter", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RunKey {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RunKey", len)?;
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("queue", &self.queue)?;
        }
        if true {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RunKey {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
            "run_id",
            "runId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
            RunId,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RunKey;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RunKey")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RunKey, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut queue__ = None;
                let mut run_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RunKey {
                    pool: pool__.unwrap_or_default(),
                    queue: queue__.unwrap_or_default(),
                    run_id: run_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RunKey", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RunList {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RunList", len)?;
        if true {
            struct_ser.serialize_field("runs", &self.runs)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("more", ToString::to_string(&self.more).as_str())?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RunList {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "runs",
            "more",
            "from",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Runs,
            More,
            From,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runs" => Ok(GeneratedField::Runs),
                            "more" => Ok(GeneratedField::More),
                            "from" => Ok(GeneratedField::From),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RunList;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RunList")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RunList, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut runs__ = None;
                let mut more__ = None;
                let mut from__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = Some(map_.next_value()?);
                        }
                        GeneratedField::More => {
                            if more__.is_some() {
                                return Err(serde::de::Error::duplicate_field("more"));
                            }
                            more__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                    }
                }
                Ok(RunList {
                    runs: runs__.unwrap_or_default(),
                    more: more__.unwrap_or_default(),
                    from: from__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RunList", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RunRef {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RunRef", len)?;
        if let Some(v) = self.pool.as_ref() {
            struct_ser.serialize_field("pool", v)?;
        }
        if let Some(v) = self.queue.as_ref() {
            struct_ser.serialize_field("queue", v)?;
        }
        if true {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RunRef {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
            "run_id",
            "runId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
            RunId,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RunRef;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RunRef")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RunRef, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut queue__ = None;
                let mut run_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = map_.next_value()?;
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RunRef {
                    pool: pool__,
                    queue: queue__,
                    run_id: run_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RunRef", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RunView {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.RunView", len)?;
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("queue", &self.queue)?;
        }
        if true {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if let Some(v) = self.deployment.as_ref() {
            struct_ser.serialize_field("deployment", v)?;
        }
        if let Some(v) = self.name.as_ref() {
            struct_ser.serialize_field("name", v)?;
        }
        if true {
            struct_ser.serialize_field("tags", &self.tags)?;
        }
        if true {
            struct_ser.serialize_field("priority", &self.priority)?;
        }
        if true {
            let v = run_view::State::try_from(self.state)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.state)))?;
            struct_ser.serialize_field("state", &v)?;
        }
        if true {
            struct_ser.serialize_field("stateName", &self.state_name)?;
        }
        if true {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if true {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if true {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if let Some(v) = self.requested_at.as_ref() {
            struct_ser.serialize_field("requestedAt", v)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("requestSeq", ToString::to_string(&self.request_seq).as_str())?;
        }
        if let Some(v) = self.claimed_at.as_ref() {
            struct_ser.serialize_field("claimedAt", v)?;
        }
        if let Some(v) = self.started_at.as_ref() {
            struct_ser.serialize_field("startedAt", v)?;
        }
        if let Some(v) = self.ended_at.as_ref() {
            struct_ser.serialize_field("endedAt", v)?;
        }
        if let Some(v) = self.due.as_ref() {
            struct_ser.serialize_field("due", v)?;
        }
        if let Some(v) = self.exit_code.as_ref() {
            struct_ser.serialize_field("exitCode", v)?;
        }
        if let Some(v) = self.signal.as_ref() {
            struct_ser.serialize_field("signal", v)?;
        }
        if let Some(v) = self.worker.as_ref() {
            struct_ser.serialize_field("worker", v)?;
        }
        if true {
            struct_ser.serialize_field("infrastructure", &self.infrastructure)?;
        }
        if true {
            struct_ser.serialize_field("holds", &self.holds)?;
        }
        if true {
            struct_ser.serialize_field("otherRequests", &self.other_requests)?;
        }
        if true {
            struct_ser.serialize_field("cancelRequested", &self.cancel_requested)?;
        }
        if let Some(v) = self.state_since.as_ref() {
            struct_ser.serialize_field("stateSince", v)?;
        }
        if let Some(v) = self.scheduled_time.as_ref() {
            struct_ser.serialize_field("scheduledTime", v)?;
        }
        if let Some(v) = self.start_by.as_ref() {
            struct_ser.serialize_field("startBy", v)?;
        }
        if let Some(v) = self.parent.as_ref() {
            struct_ser.serialize_field("parent", v)?;
        }
        if true {
            let v = on_parent_end::Policy::try_from(self.on_parent_end)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.on_parent_end)))?;
            struct_ser.serialize_field("onParentEnd", &v)?;
        }
        if true {
            let v = on_failure::Policy::try_from(self.on_failure)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.on_failure)))?;
            struct_ser.serialize_field("onFailure", &v)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("children", ToString::to_string(&self.children).as_str())?;
        }
        if true {
            struct_ser.serialize_field("after", &self.after)?;
        }
        if true {
            let v = after_outcome::Wanted::try_from(self.after_outcome)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.after_outcome)))?;
            struct_ser.serialize_field("afterOutcome", &v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RunView {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "queue",
            "run_id",
            "runId",
            "deployment",
            "name",
            "tags",
            "priority",
            "state",
            "state_name",
            "stateName",
            "reason",
            "message",
            "attempt",
            "requested_at",
            "requestedAt",
            "request_seq",
            "requestSeq",
            "claimed_at",
            "claimedAt",
            "started_at",
            "startedAt",
            "ended_at",
            "endedAt",
            "due",
            "exit_code",
            "exitCode",
            "signal",
            "worker",
            "infrastructure",
            "holds",
            "other_requests",
            "otherRequests",
            "cancel_requested",
            "cancelRequested",
            "state_since",
            "stateSince",
            "scheduled_time",
            "scheduledTime",
            "start_by",
            "startBy",
            "parent",
            "on_parent_end",
            "onParentEnd",
            "on_failure",
            "onFailure",
            "children",
            "after",
            "after_outcome",
            "afterOutcome",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Queue,
            RunId,
            Deployment,
            Name,
            Tags,
            Priority,
            State,
            StateName,
            Reason,
            Message,
            Attempt,
            RequestedAt,
            RequestSeq,
            ClaimedAt,
            StartedAt,
            EndedAt,
            Due,
            ExitCode,
            Signal,
            Worker,
            Infrastructure,
            Holds,
            OtherRequests,
            CancelRequested,
            StateSince,
            ScheduledTime,
            StartBy,
            Parent,
            OnParentEnd,
            OnFailure,
            Children,
            After,
            AfterOutcome,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "deployment" => Ok(GeneratedField::Deployment),
                            "name" => Ok(GeneratedField::Name),
                            "tags" => Ok(GeneratedField::Tags),
                            "priority" => Ok(GeneratedField::Priority),
                            "state" => Ok(GeneratedField::State),
                            "stateName" | "state_name" => Ok(GeneratedField::StateName),
                            "reason" => Ok(GeneratedField::Reason),
                            "message" => Ok(GeneratedField::Message),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "requestedAt" | "requested_at" => Ok(GeneratedField::RequestedAt),
                            "requestSeq" | "request_seq" => Ok(GeneratedField::RequestSeq),
                            "claimedAt" | "claimed_at" => Ok(GeneratedField::ClaimedAt),
                            "startedAt" | "started_at" => Ok(GeneratedField::StartedAt),
                            "endedAt" | "ended_at" => Ok(GeneratedField::EndedAt),
                            "due" => Ok(GeneratedField::Due),
                            "exitCode" | "exit_code" => Ok(GeneratedField::ExitCode),
                            "signal" => Ok(GeneratedField::Signal),
                            "worker" => Ok(GeneratedField::Worker),
                            "infrastructure" => Ok(GeneratedField::Infrastructure),
                            "holds" => Ok(GeneratedField::Holds),
                            "otherRequests" | "other_requests" => Ok(GeneratedField::OtherRequests),
                            "cancelRequested" | "cancel_requested" => Ok(GeneratedField::CancelRequested),
                            "stateSince" | "state_since" => Ok(GeneratedField::StateSince),
                            "scheduledTime" | "scheduled_time" => Ok(GeneratedField::ScheduledTime),
                            "startBy" | "start_by" => Ok(GeneratedField::StartBy),
                            "parent" => Ok(GeneratedField::Parent),
                            "onParentEnd" | "on_parent_end" => Ok(GeneratedField::OnParentEnd),
                            "onFailure" | "on_failure" => Ok(GeneratedField::OnFailure),
                            "children" => Ok(GeneratedField::Children),
                            "after" => Ok(GeneratedField::After),
                            "afterOutcome" | "after_outcome" => Ok(GeneratedField::AfterOutcome),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RunView;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.RunView")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RunView, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut queue__ = None;
                let mut run_id__ = None;
                let mut deployment__ = None;
                let mut name__ = None;
                let mut tags__ = None;
                let mut priority__ = None;
                let mut state__ = None;
                let mut state_name__ = None;
                let mut reason__ = None;
                let mut message__ = None;
                let mut attempt__ = None;
                let mut requested_at__ = None;
                let mut request_seq__ = None;
                let mut claimed_at__ = None;
                let mut started_at__ = None;
                let mut ended_at__ = None;
                let mut due__ = None;
                let mut exit_code__ = None;
                let mut signal__ = None;
                let mut worker__ = None;
                let mut infrastructure__ = None;
                let mut holds__ = None;
                let mut other_requests__ = None;
                let mut cancel_requested__ = None;
                let mut state_since__ = None;
                let mut scheduled_time__ = None;
                let mut start_by__ = None;
                let mut parent__ = None;
                let mut on_parent_end__ = None;
                let mut on_failure__ = None;
                let mut children__ = None;
                let mut after__ = None;
                let mut after_outcome__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Deployment => {
                            if deployment__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            deployment__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = map_.next_value()?;
                        }
                        GeneratedField::Tags => {
                            if tags__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tags"));
                            }
                            tags__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Priority => {
                            if priority__.is_some() {
                                return Err(serde::de::Error::duplicate_field("priority"));
                            }
                            priority__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value::<run_view::State>()? as i32);
                        }
                        GeneratedField::StateName => {
                            if state_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stateName"));
                            }
                            state_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RequestedAt => {
                            if requested_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("requestedAt"));
                            }
                            requested_at__ = map_.next_value()?;
                        }
                        GeneratedField::RequestSeq => {
                            if request_seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("requestSeq"));
                            }
                            request_seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::ClaimedAt => {
                            if claimed_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("claimedAt"));
                            }
                            claimed_at__ = map_.next_value()?;
                        }
                        GeneratedField::StartedAt => {
                            if started_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startedAt"));
                            }
                            started_at__ = map_.next_value()?;
                        }
                        GeneratedField::EndedAt => {
                            if ended_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("endedAt"));
                            }
                            ended_at__ = map_.next_value()?;
                        }
                        GeneratedField::Due => {
                            if due__.is_some() {
                                return Err(serde::de::Error::duplicate_field("due"));
                            }
                            due__ = map_.next_value()?;
                        }
                        GeneratedField::ExitCode => {
                            if exit_code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("exitCode"));
                            }
                            exit_code__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Signal => {
                            if signal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("signal"));
                            }
                            signal__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Worker => {
                            if worker__.is_some() {
                                return Err(serde::de::Error::duplicate_field("worker"));
                            }
                            worker__ = map_.next_value()?;
                        }
                        GeneratedField::Infrastructure => {
                            if infrastructure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("infrastructure"));
                            }
                            infrastructure__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Holds => {
                            if holds__.is_some() {
                                return Err(serde::de::Error::duplicate_field("holds"));
                            }
                            holds__ = Some(map_.next_value()?);
                        }
                        GeneratedField::OtherRequests => {
                            if other_requests__.is_some() {
                                return Err(serde::de::Error::duplicate_field("otherRequests"));
                            }
                            other_requests__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::CancelRequested => {
                            if cancel_requested__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cancelRequested"));
                            }
                            cancel_requested__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StateSince => {
                            if state_since__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stateSince"));
                            }
                            state_since__ = map_.next_value()?;
                        }
                        GeneratedField::ScheduledTime => {
                            if scheduled_time__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scheduledTime"));
                            }
                            scheduled_time__ = map_.next_value()?;
                        }
                        GeneratedField::StartBy => {
                            if start_by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startBy"));
                            }
                            start_by__ = map_.next_value()?;
                        }
                        GeneratedField::Parent => {
                            if parent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parent"));
                            }
                            parent__ = map_.next_value()?;
                        }
                        GeneratedField::OnParentEnd => {
                            if on_parent_end__.is_some() {
                                return Err(serde::de::Error::duplicate_field("onParentEnd"));
                            }
                            on_parent_end__ = Some(map_.next_value::<on_parent_end::Policy>()? as i32);
                        }
                        GeneratedField::OnFailure => {
                            if on_failure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("onFailure"));
                            }
                            on_failure__ = Some(map_.next_value::<on_failure::Policy>()? as i32);
                        }
                        GeneratedField::Children => {
                            if children__.is_some() {
                                return Err(serde::de::Error::duplicate_field("children"));
                            }
                            children__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::After => {
                            if after__.is_some() {
                                return Err(serde::de::Error::duplicate_field("after"));
                            }
                            after__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AfterOutcome => {
                            if after_outcome__.is_some() {
                                return Err(serde::de::Error::duplicate_field("afterOutcome"));
                            }
                            after_outcome__ = Some(map_.next_value::<after_outcome::Wanted>()? as i32);
                        }
                    }
                }
                Ok(RunView {
                    pool: pool__.unwrap_or_default(),
                    queue: queue__.unwrap_or_default(),
                    run_id: run_id__.unwrap_or_default(),
                    deployment: deployment__,
                    name: name__,
                    tags: tags__.unwrap_or_default(),
                    priority: priority__.unwrap_or_default(),
                    state: state__.unwrap_or_default(),
                    state_name: state_name__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    requested_at: requested_at__,
                    request_seq: request_seq__.unwrap_or_default(),
                    claimed_at: claimed_at__,
                    started_at: started_at__,
                    ended_at: ended_at__,
                    due: due__,
                    exit_code: exit_code__,
                    signal: signal__,
                    worker: worker__,
                    infrastructure: infrastructure__.unwrap_or_default(),
                    holds: holds__.unwrap_or_default(),
                    other_requests: other_requests__.unwrap_or_default(),
                    cancel_requested: cancel_requested__.unwrap_or_default(),
                    state_since: state_since__,
                    scheduled_time: scheduled_time__,
                    start_by: start_by__,
                    parent: parent__,
                    on_parent_end: on_parent_end__.unwrap_or_default(),
                    on_failure: on_failure__.unwrap_or_default(),
                    children: children__.unwrap_or_default(),
                    after: after__.unwrap_or_default(),
                    after_outcome: after_outcome__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.RunView", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for run_view::State {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "UNSPECIFIED",
            Self::Scheduled => "SCHEDULED",
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Crashed => "CRASHED",
            Self::Cancelling => "CANCELLING",
            Self::Cancelled => "CANCELLED",
            Self::Paused => "PAUSED",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for run_view::State {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "UNSPECIFIED",
            "SCHEDULED",
            "PENDING",
            "RUNNING",
            "COMPLETED",
            "FAILED",
            "CRASHED",
            "CANCELLING",
            "CANCELLED",
            "PAUSED",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = run_view::State;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "UNSPECIFIED" => Ok(run_view::State::Unspecified),
                    "SCHEDULED" => Ok(run_view::State::Scheduled),
                    "PENDING" => Ok(run_view::State::Pending),
                    "RUNNING" => Ok(run_view::State::Running),
                    "COMPLETED" => Ok(run_view::State::Completed),
                    "FAILED" => Ok(run_view::State::Failed),
                    "CRASHED" => Ok(run_view::State::Crashed),
                    "CANCELLING" => Ok(run_view::State::Cancelling),
                    "CANCELLED" => Ok(run_view::State::Cancelled),
                    "PAUSED" => Ok(run_view::State::Paused),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleFilter {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.ScheduleFilter", len)?;
        if let Some(v) = self.deployment.as_ref() {
            struct_ser.serialize_field("deployment", v)?;
        }
        if let Some(v) = self.pool.as_ref() {
            struct_ser.serialize_field("pool", v)?;
        }
        if let Some(v) = self.queue.as_ref() {
            struct_ser.serialize_field("queue", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleFilter {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "deployment",
            "pool",
            "queue",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Deployment,
            Pool,
            Queue,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "deployment" => Ok(GeneratedField::Deployment),
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleFilter;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.ScheduleFilter")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleFilter, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut deployment__ = None;
                let mut pool__ = None;
                let mut queue__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Deployment => {
                            if deployment__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            deployment__ = map_.next_value()?;
                        }
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = map_.next_value()?;
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ScheduleFilter {
                    deployment: deployment__,
                    pool: pool__,
                    queue: queue__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.ScheduleFilter", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleList {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.ScheduleList", len)?;
        if true {
            struct_ser.serialize_field("schedules", &self.schedules)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleList {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "schedules",
            "from",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Schedules,
            From,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "schedules" => Ok(GeneratedField::Schedules),
                            "from" => Ok(GeneratedField::From),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleList;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.ScheduleList")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleList, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut schedules__ = None;
                let mut from__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Schedules => {
                            if schedules__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedules"));
                            }
                            schedules__ = Some(map_.next_value()?);
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ScheduleList {
                    schedules: schedules__.unwrap_or_default(),
                    from: from__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.ScheduleList", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleView {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.ScheduleView", len)?;
        if true {
            struct_ser.serialize_field("deployment", &self.deployment)?;
        }
        if true {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("queue", &self.queue)?;
        }
        if true {
            struct_ser.serialize_field("active", &self.active)?;
        }
        if true {
            struct_ser.serialize_field("fault", &self.fault)?;
        }
        if true {
            struct_ser.serialize_field("overlapPolicy", &self.overlap_policy)?;
        }
        if let Some(v) = self.next.as_ref() {
            struct_ser.serialize_field("next", v)?;
        }
        if let Some(v) = self.waits.as_ref() {
            struct_ser.serialize_field("waits", v)?;
        }
        if true {
            struct_ser.serialize_field("unended", &self.unended)?;
        }
        if let Some(v) = self.last.as_ref() {
            struct_ser.serialize_field("last", v)?;
        }
        if let Some(v) = self.passed_over.as_ref() {
            struct_ser.serialize_field("passedOver", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleView {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "deployment",
            "key",
            "pool",
            "queue",
            "active",
            "fault",
            "overlap_policy",
            "overlapPolicy",
            "next",
            "waits",
            "unended",
            "last",
            "passed_over",
            "passedOver",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Deployment,
            Key,
            Pool,
            Queue,
            Active,
            Fault,
            OverlapPolicy,
            Next,
            Waits,
            Unended,
            Last,
            PassedOver,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "deployment" => Ok(GeneratedField::Deployment),
                            "key" => Ok(GeneratedField::Key),
                            "pool" => Ok(GeneratedField::Pool),
                            "queue" => Ok(GeneratedField::Queue),
                            "active" => Ok(GeneratedField::Active),
                            "fault" => Ok(GeneratedField::Fault),
                            "overlapPolicy" | "overlap_policy" => Ok(GeneratedField::OverlapPolicy),
                            "next" => Ok(GeneratedField::Next),
                            "waits" => Ok(GeneratedField::Waits),
                            "unended" => Ok(GeneratedField::Unended),
                            "last" => Ok(GeneratedField::Last),
                            "passedOver" | "passed_over" => Ok(GeneratedField::PassedOver),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleView;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.ScheduleView")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleView, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut deployment__ = None;
                let mut key__ = None;
                let mut pool__ = None;
                let mut queue__ = None;
                let mut active__ = None;
                let mut fault__ = None;
                let mut overlap_policy__ = None;
                let mut next__ = None;
                let mut waits__ = None;
                let mut unended__ = None;
                let mut last__ = None;
                let mut passed_over__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Deployment => {
                            if deployment__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deployment"));
                            }
                            deployment__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Active => {
                            if active__.is_some() {
                                return Err(serde::de::Error::duplicate_field("active"));
                            }
                            active__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Fault => {
                            if fault__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fault"));
                            }
                            fault__ = Some(map_.next_value()?);
                        }
                        GeneratedField::OverlapPolicy => {
                            if overlap_policy__.is_some() {
                                return Err(serde::de::Error::duplicate_field("overlapPolicy"));
                            }
                            overlap_policy__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Next => {
                            if next__.is_some() {
                                return Err(serde::de::Error::duplicate_field("next"));
                            }
                            next__ = map_.next_value()?;
                        }
                        GeneratedField::Waits => {
                            if waits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waits"));
                            }
                            waits__ = map_.next_value()?;
                        }
                        GeneratedField::Unended => {
                            if unended__.is_some() {
                                return Err(serde::de::Error::duplicate_field("unended"));
                            }
                            unended__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Last => {
                            if last__.is_some() {
                                return Err(serde::de::Error::duplicate_field("last"));
                            }
                            last__ = map_.next_value()?;
                        }
                        GeneratedField::PassedOver => {
                            if passed_over__.is_some() {
                                return Err(serde::de::Error::duplicate_field("passedOver"));
                            }
                            passed_over__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ScheduleView {
                    deployment: deployment__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                    pool: pool__.unwrap_or_default(),
                    queue: queue__.unwrap_or_default(),
                    active: active__.unwrap_or_default(),
                    fault: fault__.unwrap_or_default(),
                    overlap_policy: overlap_policy__.unwrap_or_default(),
                    next: next__,
                    waits: waits__,
                    unended: unended__.unwrap_or_default(),
                    last: last__,
                    passed_over: passed_over__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.ScheduleView", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SlotsKept {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.SlotsKept", len)?;
        if let Some(v) = self.limit.as_ref() {
            struct_ser.serialize_field("limit", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SlotsKept {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "limit",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Limit,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "limit" => Ok(GeneratedField::Limit),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SlotsKept;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.SlotsKept")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SlotsKept, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut limit__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = map_.next_value()?;
                        }
                    }
                }
                Ok(SlotsKept {
                    limit: limit__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.SlotsKept", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Spent {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Spent", len)?;
        if let Some(v) = self.cause.as_ref() {
            struct_ser.serialize_field("cause", v)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        if let Some(v) = self.spent.as_ref() {
            struct_ser.serialize_field("spent", v)?;
        }
        if true {
            struct_ser.serialize_field("parts", &self.parts)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Spent {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "cause",
            "from",
            "spent",
            "parts",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Cause,
            From,
            Spent,
            Parts,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "cause" => Ok(GeneratedField::Cause),
                            "from" => Ok(GeneratedField::From),
                            "spent" => Ok(GeneratedField::Spent),
                            "parts" => Ok(GeneratedField::Parts),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Spent;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Spent")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Spent, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut cause__ = None;
                let mut from__ = None;
                let mut spent__ = None;
                let mut parts__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = map_.next_value()?;
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                        GeneratedField::Spent => {
                            if spent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("spent"));
                            }
                            spent__ = map_.next_value()?;
                        }
                        GeneratedField::Parts => {
                            if parts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parts"));
                            }
                            parts__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Spent {
                    cause: cause__,
                    from: from__,
                    spent: spent__,
                    parts: parts__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Spent", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StreamView {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.StreamView", len)?;
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("bytes", ToString::to_string(&self.bytes).as_str())?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("requestBound", ToString::to_string(&self.request_bound).as_str())?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("hardBound", ToString::to_string(&self.hard_bound).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StreamView {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "bytes",
            "request_bound",
            "requestBound",
            "hard_bound",
            "hardBound",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Bytes,
            RequestBound,
            HardBound,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "bytes" => Ok(GeneratedField::Bytes),
                            "requestBound" | "request_bound" => Ok(GeneratedField::RequestBound),
                            "hardBound" | "hard_bound" => Ok(GeneratedField::HardBound),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StreamView;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.StreamView")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StreamView, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut bytes__ = None;
                let mut request_bound__ = None;
                let mut hard_bound__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Bytes => {
                            if bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bytes"));
                            }
                            bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RequestBound => {
                            if request_bound__.is_some() {
                                return Err(serde::de::Error::duplicate_field("requestBound"));
                            }
                            request_bound__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::HardBound => {
                            if hard_bound__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hardBound"));
                            }
                            hard_bound__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(StreamView {
                    bytes: bytes__.unwrap_or_default(),
                    request_bound: request_bound__.unwrap_or_default(),
                    hard_bound: hard_bound__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.StreamView", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for TagLimitConfig {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.TagLimitConfig", len)?;
        if true {
            struct_ser.serialize_field("tag", &self.tag)?;
        }
        if let Some(v) = self.concurrency_limit.as_ref() {
            struct_ser.serialize_field("concurrencyLimit", v)?;
        }
        if let Some(v) = self.start_rate.as_ref() {
            struct_ser.serialize_field("startRate", v)?;
        }
        if let Some(v) = self.written.as_ref() {
            struct_ser.serialize_field("written", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for TagLimitConfig {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "tag",
            "concurrency_limit",
            "concurrencyLimit",
            "start_rate",
            "startRate",
            "written",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Tag,
            ConcurrencyLimit,
            StartRate,
            Written,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "tag" => Ok(GeneratedField::Tag),
                            "concurrencyLimit" | "concurrency_limit" => Ok(GeneratedField::ConcurrencyLimit),
                            "startRate" | "start_rate" => Ok(GeneratedField::StartRate),
                            "written" => Ok(GeneratedField::Written),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = TagLimitConfig;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.TagLimitConfig")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<TagLimitConfig, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut tag__ = None;
                let mut concurrency_limit__ = None;
                let mut start_rate__ = None;
                let mut written__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Tag => {
                            if tag__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tag"));
                            }
                            tag__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ConcurrencyLimit => {
                            if concurrency_limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("concurrencyLimit"));
                            }
                            concurrency_limit__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::StartRate => {
                            if start_rate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startRate"));
                            }
                            start_rate__ = map_.next_value()?;
                        }
                        GeneratedField::Written => {
                            if written__.is_some() {
                                return Err(serde::de::Error::duplicate_field("written"));
                            }
                            written__ = map_.next_value()?;
                        }
                    }
                }
                Ok(TagLimitConfig {
                    tag: tag__.unwrap_or_default(),
                    concurrency_limit: concurrency_limit__,
                    start_rate: start_rate__,
                    written: written__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.TagLimitConfig", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WaitPlace {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.WaitPlace", len)?;
        if let Some(v) = self.queue.as_ref() {
            struct_ser.serialize_field("queue", v)?;
        }
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WaitPlace {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "queue",
            "seq",
            "at",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Queue,
            Seq,
            At,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "queue" => Ok(GeneratedField::Queue),
                            "seq" => Ok(GeneratedField::Seq),
                            "at" => Ok(GeneratedField::At),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WaitPlace;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.WaitPlace")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WaitPlace, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut queue__ = None;
                let mut seq__ = None;
                let mut at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Queue => {
                            if queue__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queue"));
                            }
                            queue__ = map_.next_value()?;
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                    }
                }
                Ok(WaitPlace {
                    queue: queue__,
                    seq: seq__.unwrap_or_default(),
                    at: at__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.WaitPlace", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Why {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Why", len)?;
        if let Some(v) = self.run.as_ref() {
            struct_ser.serialize_field("run", v)?;
        }
        if true {
            struct_ser.serialize_field("clauses", &self.clauses)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        if true {
            struct_ser.serialize_field("spent", &self.spent)?;
        }
        if let Some(v) = self.until.as_ref() {
            struct_ser.serialize_field("until", v)?;
        }
        if let Some(v) = self.before.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("before", ToString::to_string(&v).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Why {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run",
            "clauses",
            "from",
            "spent",
            "until",
            "before",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Run,
            Clauses,
            From,
            Spent,
            Until,
            Before,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "run" => Ok(GeneratedField::Run),
                            "clauses" => Ok(GeneratedField::Clauses),
                            "from" => Ok(GeneratedField::From),
                            "spent" => Ok(GeneratedField::Spent),
                            "until" => Ok(GeneratedField::Until),
                            "before" => Ok(GeneratedField::Before),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Why;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Why")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Why, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run__ = None;
                let mut clauses__ = None;
                let mut from__ = None;
                let mut spent__ = None;
                let mut until__ = None;
                let mut before__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Run => {
                            if run__.is_some() {
                                return Err(serde::de::Error::duplicate_field("run"));
                            }
                            run__ = map_.next_value()?;
                        }
                        GeneratedField::Clauses => {
                            if clauses__.is_some() {
                                return Err(serde::de::Error::duplicate_field("clauses"));
                            }
                            clauses__ = Some(map_.next_value()?);
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                        GeneratedField::Spent => {
                            if spent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("spent"));
                            }
                            spent__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Until => {
                            if until__.is_some() {
                                return Err(serde::de::Error::duplicate_field("until"));
                            }
                            until__ = map_.next_value()?;
                        }
                        GeneratedField::Before => {
                            if before__.is_some() {
                                return Err(serde::de::Error::duplicate_field("before"));
                            }
                            before__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                    }
                }
                Ok(Why {
                    run: run__,
                    clauses: clauses__.unwrap_or_default(),
                    from: from__,
                    spent: spent__.unwrap_or_default(),
                    until: until__,
                    before: before__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Why", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WhyClause {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.clause.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.WhyClause", len)?;
        if let Some(v) = self.clause.as_ref() {
            match v {
                why_clause::Clause::Limit(v) => {
                    struct_ser.serialize_field("limit", v)?;
                }
                why_clause::Clause::Behind(v) => {
                    struct_ser.serialize_field("behind", v)?;
                }
                why_clause::Clause::NoWorker(v) => {
                    struct_ser.serialize_field("noWorker", v)?;
                }
                why_clause::Clause::Due(v) => {
                    struct_ser.serialize_field("due", v)?;
                }
                why_clause::Clause::Closed(v) => {
                    struct_ser.serialize_field("closed", v)?;
                }
                why_clause::Clause::Now(v) => {
                    struct_ser.serialize_field("now", v)?;
                }
                why_clause::Clause::Paused(v) => {
                    struct_ser.serialize_field("paused", v)?;
                }
                why_clause::Clause::Rate(v) => {
                    struct_ser.serialize_field("rate", v)?;
                }
                why_clause::Clause::Kept(v) => {
                    struct_ser.serialize_field("kept", v)?;
                }
                why_clause::Clause::After(v) => {
                    struct_ser.serialize_field("after", v)?;
                }
                why_clause::Clause::Awaits(v) => {
                    struct_ser.serialize_field("awaits", v)?;
                }
                why_clause::Clause::Cycle(v) => {
                    struct_ser.serialize_field("cycle", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WhyClause {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "limit",
            "behind",
            "no_worker",
            "noWorker",
            "due",
            "closed",
            "now",
            "paused",
            "rate",
            "kept",
            "after",
            "awaits",
            "cycle",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Limit,
            Behind,
            NoWorker,
            Due,
            Closed,
            Now,
            Paused,
            Rate,
            Kept,
            After,
            Awaits,
            Cycle,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "limit" => Ok(GeneratedField::Limit),
                            "behind" => Ok(GeneratedField::Behind),
                            "noWorker" | "no_worker" => Ok(GeneratedField::NoWorker),
                            "due" => Ok(GeneratedField::Due),
                            "closed" => Ok(GeneratedField::Closed),
                            "now" => Ok(GeneratedField::Now),
                            "paused" => Ok(GeneratedField::Paused),
                            "rate" => Ok(GeneratedField::Rate),
                            "kept" => Ok(GeneratedField::Kept),
                            "after" => Ok(GeneratedField::After),
                            "awaits" => Ok(GeneratedField::Awaits),
                            "cycle" => Ok(GeneratedField::Cycle),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WhyClause;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.WhyClause")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WhyClause, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut clause__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Limit => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Limit)
;
                        }
                        GeneratedField::Behind => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("behind"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Behind)
;
                        }
                        GeneratedField::NoWorker => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("noWorker"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::NoWorker)
;
                        }
                        GeneratedField::Due => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("due"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Due)
;
                        }
                        GeneratedField::Closed => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("closed"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Closed)
;
                        }
                        GeneratedField::Now => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("now"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Now)
;
                        }
                        GeneratedField::Paused => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("paused"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Paused)
;
                        }
                        GeneratedField::Rate => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rate"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Rate)
;
                        }
                        GeneratedField::Kept => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("kept"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Kept)
;
                        }
                        GeneratedField::After => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("after"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::After)
;
                        }
                        GeneratedField::Awaits => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("awaits"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Awaits)
;
                        }
                        GeneratedField::Cycle => {
                            if clause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cycle"));
                            }
                            clause__ = map_.next_value::<::std::option::Option<_>>()?.map(why_clause::Clause::Cycle)
;
                        }
                    }
                }
                Ok(WhyClause {
                    clause: clause__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.WhyClause", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkerForgotten {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.WorkerForgotten", len)?;
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("worker", &self.worker)?;
        }
        if true {
            struct_ser.serialize_field("author", &self.author)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WorkerForgotten {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "pool",
            "worker",
            "author",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Pool,
            Worker,
            Author,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "pool" => Ok(GeneratedField::Pool),
                            "worker" => Ok(GeneratedField::Worker),
                            "author" => Ok(GeneratedField::Author),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WorkerForgotten;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.WorkerForgotten")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WorkerForgotten, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut pool__ = None;
                let mut worker__ = None;
                let mut author__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Worker => {
                            if worker__.is_some() {
                                return Err(serde::de::Error::duplicate_field("worker"));
                            }
                            worker__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Author => {
                            if author__.is_some() {
                                return Err(serde::de::Error::duplicate_field("author"));
                            }
                            author__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(WorkerForgotten {
                    pool: pool__.unwrap_or_default(),
                    worker: worker__.unwrap_or_default(),
                    author: author__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.WorkerForgotten", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkerList {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.WorkerList", len)?;
        if true {
            struct_ser.serialize_field("workers", &self.workers)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WorkerList {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workers",
            "from",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workers,
            From,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workers" => Ok(GeneratedField::Workers),
                            "from" => Ok(GeneratedField::From),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WorkerList;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.WorkerList")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WorkerList, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workers__ = None;
                let mut from__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workers => {
                            if workers__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workers"));
                            }
                            workers__ = Some(map_.next_value()?);
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                    }
                }
                Ok(WorkerList {
                    workers: workers__.unwrap_or_default(),
                    from: from__,
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.WorkerList", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkerView {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.WorkerView", len)?;
        if true {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if true {
            struct_ser.serialize_field("pool", &self.pool)?;
        }
        if true {
            struct_ser.serialize_field("queues", &self.queues)?;
        }
        if true {
            struct_ser.serialize_field("online", &self.online)?;
        }
        if true {
            struct_ser.serialize_field("draining", &self.draining)?;
        }
        if true {
            struct_ser.serialize_field("capacity", &self.capacity)?;
        }
        if true {
            struct_ser.serialize_field("inUse", &self.in_use)?;
        }
        if true {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if let Some(v) = self.seen_at.as_ref() {
            struct_ser.serialize_field("seenAt", v)?;
        }
        if let Some(v) = self.lease.as_ref() {
            struct_ser.serialize_field("lease", v)?;
        }
        if true {
            struct_ser.serialize_field("lost", &self.lost)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WorkerView {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "pool",
            "queues",
            "online",
            "draining",
            "capacity",
            "in_use",
            "inUse",
            "version",
            "seen_at",
            "seenAt",
            "lease",
            "lost",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            Pool,
            Queues,
            Online,
            Draining,
            Capacity,
            InUse,
            Version,
            SeenAt,
            Lease,
            Lost,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "pool" => Ok(GeneratedField::Pool),
                            "queues" => Ok(GeneratedField::Queues),
                            "online" => Ok(GeneratedField::Online),
                            "draining" => Ok(GeneratedField::Draining),
                            "capacity" => Ok(GeneratedField::Capacity),
                            "inUse" | "in_use" => Ok(GeneratedField::InUse),
                            "version" => Ok(GeneratedField::Version),
                            "seenAt" | "seen_at" => Ok(GeneratedField::SeenAt),
                            "lease" => Ok(GeneratedField::Lease),
                            "lost" => Ok(GeneratedField::Lost),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WorkerView;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.WorkerView")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WorkerView, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut pool__ = None;
                let mut queues__ = None;
                let mut online__ = None;
                let mut draining__ = None;
                let mut capacity__ = None;
                let mut in_use__ = None;
                let mut version__ = None;
                let mut seen_at__ = None;
                let mut lease__ = None;
                let mut lost__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Pool => {
                            if pool__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pool"));
                            }
                            pool__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Queues => {
                            if queues__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queues"));
                            }
                            queues__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Online => {
                            if online__.is_some() {
                                return Err(serde::de::Error::duplicate_field("online"));
                            }
                            online__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Draining => {
                            if draining__.is_some() {
                                return Err(serde::de::Error::duplicate_field("draining"));
                            }
                            draining__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Capacity => {
                            if capacity__.is_some() {
                                return Err(serde::de::Error::duplicate_field("capacity"));
                            }
                            capacity__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::InUse => {
                            if in_use__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inUse"));
                            }
                            in_use__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SeenAt => {
                            if seen_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seenAt"));
                            }
                            seen_at__ = map_.next_value()?;
                        }
                        GeneratedField::Lease => {
                            if lease__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lease"));
                            }
                            lease__ = map_.next_value()?;
                        }
                        GeneratedField::Lost => {
                            if lost__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lost"));
                            }
                            lost__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(WorkerView {
                    name: name__.unwrap_or_default(),
                    pool: pool__.unwrap_or_default(),
                    queues: queues__.unwrap_or_default(),
                    online: online__.unwrap_or_default(),
                    draining: draining__.unwrap_or_default(),
                    capacity: capacity__.unwrap_or_default(),
                    in_use: in_use__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    seen_at: seen_at__,
                    lease: lease__,
                    lost: lost__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.WorkerView", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Written {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        if true {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("weir.v1.Written", len)?;
        if true {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("revision", ToString::to_string(&self.revision).as_str())?;
        }
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        if true {
            struct_ser.serialize_field("author", &self.author)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Written {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "revision",
            "at",
            "author",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Revision,
            At,
            Author,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "revision" => Ok(GeneratedField::Revision),
                            "at" => Ok(GeneratedField::At),
                            "author" => Ok(GeneratedField::Author),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Written;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct weir.v1.Written")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Written, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut revision__ = None;
                let mut at__ = None;
                let mut author__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Revision => {
                            if revision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("revision"));
                            }
                            revision__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                        GeneratedField::Author => {
                            if author__.is_some() {
                                return Err(serde::de::Error::duplicate_field("author"));
                            }
                            author__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Written {
                    revision: revision__.unwrap_or_default(),
                    at: at__,
                    author: author__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("weir.v1.Written", FIELDS, GeneratedVisitor)
    }
}
