using Ordo.Sync.Records;
using Ordo.Sync.Replication.Reconciliation;

namespace Ordo.Sync.Engine.Verification;

/// <summary>A record that differs from the peer's, and that knowledge does not explain.</summary>
/// <param name="Key">The record.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="Here">Its share in the digest here.</param>
/// <param name="There">Its share at the peer.</param>
/// <param name="Page">The page that the peer's record came in.</param>
internal readonly record struct Suspect(RecordKey Key, RecordFault Fault, UInt128 Here, UInt128 There, int Page)
{
    /// <summary>The fault, as it is reported.</summary>
    public VerifyFault Reported => Fault switch
    {
        RecordFault.ContentDiffers => VerifyFault.ContentDiffers,
        RecordFault.MissingHere => VerifyFault.MissingHere,
        RecordFault.MissingThere => VerifyFault.MissingThere,
        _ => VerifyFault.Unreadable,
    };
}
