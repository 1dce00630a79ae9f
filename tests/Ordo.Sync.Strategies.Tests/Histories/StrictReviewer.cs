using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Histories;

/// <summary>A hub's own rule: no score ends in 13.</summary>
internal sealed class StrictReviewer : IRecordReviewer
{
    private static readonly MessagePackPayloadSerializer Serializer = new();

    public static bool Refuses(int score) => score % 100 == 13;

    public ValueTask<Rejection?> ReviewAsync(RecordReview review, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(review.Arrived.Any(version =>
            !version.IsTombstone && Refuses(Serializer.Deserialize<Note>(version.Payload).Score))
                ? new Rejection(SyncErrorCode.Forbidden, "No 13.") { Fields = ["Score"] }
                : null);
}
