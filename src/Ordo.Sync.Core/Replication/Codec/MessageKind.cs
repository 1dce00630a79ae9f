namespace Ordo.Sync.Replication.Codec;

/// <summary>The number that leads a message.</summary>
internal enum MessageKind
{
    HelloRequest = 1,
    HelloResponse = 2,
    PullRequest = 3,
    PullResponse = 4,
    PushRequest = 5,
    PushResponse = 6,
    Page = 7,
    ListenRequest = 8,
    ReconcileRequest = 9,
    ReconcileResponse = 10,
    RecordsRequest = 11,
    RecordsResponse = 12,

    BlobOffer = 64,
    BlobOfferAnswer = 65,
    BlobWantedAnswer = 66,
}
