using System.Text.Json.Nodes;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;

namespace Ordo.Sync.Hub.Tests.Protocol;

/// <summary>The vectors of <c>docs/protocol-vectors</c>.</summary>
internal static class VectorCatalog
{
    private static readonly HelloRequest Hello = new(1, 1, Samples.Ann, Samples.Collections);

    private static readonly PullRequest Pull = new(
        Samples.Scope, Samples.Ann, Samples.Parse("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"), Samples.Digest, Samples.Knowledge, 1_048_576);

    private static readonly TransferCursor Cursor = new(
        Samples.Knowledge, new GlobalDot(Samples.Bob, 299), Samples.Hub, Samples.Forgotten, IsComplete: false, Stage: 2);

    public static IReadOnlyList<Vector> All { get; } =
    [
        Of("hello-request", Hello),
        Of("hello-response", new HelloResponse(
            1,
            Samples.Hub,
            Samples.Milliseconds,
            2_097_152,
            1_048_576,
            [new CollectionDescriptor("posts", ConflictStrategy.Custom)])),
        Of("pull-request-hash-only", Pull with { Known = null }),
        Of("pull-request-known", Pull),
        Of("pull-request-cursor", Pull with { Cursor = Cursor }),
        Of("pull-request-cursor-new-stage", Pull with { Cursor = Cursor with { UpTo = null, After = null, Stage = 3 } }),
        Of("pull-request-fill-first", Pull with
        {
            Known = GlobalVector.Empty,
            Fill = new FillCursor(null, default),
        }),
        Of("pull-request-fill-next", Pull with
        {
            Known = GlobalVector.Empty,
            Fill = new FillCursor(new RecordKey("grades", "10000"), Samples.Hub),
        }),
        Of("pull-response-up-to-date", Answer(PullStatus.UpToDate)),
        Of("pull-response-knowledge-required", Answer(PullStatus.KnowledgeRequired)),
        Of("pull-response-void", Answer(PullStatus.Void)),
        Of("pull-response-digest-mismatch", Answer(PullStatus.DigestMismatch)),
        Of("pull-response-page-last", Answer(PullStatus.Page) with { Page = Samples.ChangesPage() }),
        Of("pull-response-page-more", Answer(PullStatus.Page) with
        {
            Page = Samples.ChangesPage(),
            Next = Cursor,
            NextKnown = Samples.Knowledge,
        }),
        Of("push-request-single", new PushRequest(
            Samples.Scope, Samples.Ann, UInt128.Zero, 0, IsFinal: true, Samples.ChangesPage())
        {
            Lease = Samples.Digest,
            NextLease = Samples.Digest + 2,
        }),
        Of("push-request-staged", new PushRequest(
            Samples.Scope, Samples.Ann, Samples.Digest, 3, IsFinal: false, Samples.EmptyPage())),
        Of("push-response-applied", new PushResponse(
            PushStatus.Applied, Samples.Hub, Samples.Milliseconds, Samples.Knowledge)
        {
            Forgotten = Samples.Forgotten,
            Digest = Samples.Digest,
            Lease = Samples.Digest + 2,
            Outcomes =
            [
                new OutcomeEntry(new GlobalDot(Samples.Ann, 4), new("grades", "ann"), WriteOutcome.AwaitingApproval),
                new OutcomeEntry(new GlobalDot(Samples.Ann, 5), new("grades", "bob"), WriteOutcome.Rejected)
                {
                    Rejection = new Rejection(SyncErrorCode.RecordRefused, "A score is at most 100.") { Fields = ["score"] },
                },
            ],
        }),
        Of("push-response-staged", Answer(PushStatus.Staged)),
        Of("push-response-base-missing", Answer(PushStatus.BaseMissing)),
        Of("push-response-sender-behind", Answer(PushStatus.SenderBehind) with { Forgotten = Samples.Forgotten }),
        Of("push-response-void", Answer(PushStatus.Void)),
        Of("push-response-clock-skew", new PushResponse(
            PushStatus.ClockSkew, Samples.Hub, Samples.Milliseconds, GlobalVector.Empty)),
        Of("push-response-lease-unknown", new PushResponse(
            PushStatus.LeaseUnknown, Samples.Hub, Samples.Milliseconds, Samples.Knowledge)
        {
            Digest = Samples.Digest,
            Lease = Samples.Digest + 4,
        }),
        Of("pull-request-generation", Pull with { Generation = Samples.Generation }),
        Of("pull-response-generation", Answer(PullStatus.Generation) with
        {
            NextKnown = Samples.Knowledge,
            Generation = Samples.Generation,
        }),
        Of("push-request-generation", new PushRequest(
            Samples.Scope, Samples.Ann, UInt128.Zero, 0, IsFinal: true, Samples.EmptyPage())
        {
            Lease = Samples.Digest,
            NextLease = Samples.Digest + 2,
            Generation = Samples.Generation,
        }),
        Of("push-response-generation-ended", new PushResponse(
            PushStatus.GenerationEnded, Samples.Hub, Samples.Milliseconds, Samples.Knowledge)
        {
            Digest = Samples.Digest,
        }),
        Of("reconcile-request-generation", new ReconcileRequest(
            Samples.Scope, Samples.Ann, After: null, [new RangePart(null, 1, Samples.Digest)])
        {
            Generation = Samples.Generation,
        }),
        Of("records-request-generation", new RecordsRequest(
            Samples.Scope, Samples.Ann, [new KeyRange(null, null)], 1_048_576)
        {
            Generation = Samples.Generation,
        }),
        Of("listen-request", new ListenRequest([Samples.Ann], [Samples.Scope, Samples.Scope + "~ephemeral"])),
        Of("reconcile-request-whole", new ReconcileRequest(
            Samples.Scope,
            Samples.Ann,
            After: null,
            [new RangePart(new RecordKey("grades", "10000"), 128, Samples.Digest), new RangePart(null, 0, UInt128.Zero)])),
        Of("reconcile-request-gap", new ReconcileRequest(
            Samples.Scope,
            Samples.Ann,
            new RecordKey("grades", "10000"),
            [
                new RangePart(new RecordKey("grades", "10001"), 1, Samples.Digest),
                RangePart.Gap(new RecordKey("grades", "20000")),
                new RangePart(new RecordKey("grades", "20001"), 1, Samples.Digest),
            ])
        {
            Settles = true,
        }),
        Of("reconcile-response", new ReconcileResponse(
            Samples.Hub,
            Samples.Milliseconds,
            Samples.Parse("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"),
            Samples.Digest,
            ComparedCount: 2,
            [new PartDifference(1, 127, Samples.Digest)])),
        Of("records-request", new RecordsRequest(
            Samples.Scope,
            Samples.Ann,
            [
                new KeyRange(new RecordKey("grades", "10000"), new RecordKey("grades", "10001")),
                new KeyRange(new RecordKey("grades", "20000"), null),
            ],
            1_048_576)),
        Of("records-response", new RecordsResponse(
            Samples.Hub, CoveredCount: 1, new RecordKey("grades", "20007"), Samples.ChangesPage())),
        Page("page-changes", Samples.ChangesPage),
        Page("page-fill", Samples.FillPage),
        Page("page-empty", Samples.EmptyPage),
        new("newer-hello-request", NewerHello, Rewrite: null, bytes => Describe.Message(HelloCodec.ReadRequest(bytes))),
        Malformed("malformed-truncated", bytes => bytes[..^1]),
        Malformed("malformed-trailing", bytes => [.. bytes, 0xc0]),
        Malformed("malformed-kind", bytes => [bytes[0], 9, .. bytes[2..]]),
        Malformed("malformed-empty", _ => []),
        Malformed("malformed-replica", bytes => [.. bytes[..5], 15, .. bytes[6..]]),
    ];

    private static PullResponse Answer(PullStatus status) =>
        new(status, Samples.Hub, Samples.Milliseconds, Samples.Digest, default) { LiveCount = 173_912, Lease = Samples.Digest + 2 };

    private static PushResponse Answer(PushStatus status) =>
        new(status, Samples.Hub, Samples.Milliseconds, Samples.Knowledge) { Digest = Samples.Digest, Lease = Samples.Digest + 2 };

    private static Vector Of(string name, HelloRequest message) =>
        Vector.Of(name, message, HelloCodec.Write, HelloCodec.ReadRequest, Describe.Message);

    private static Vector Of(string name, HelloResponse message) =>
        Vector.Of(name, message, HelloCodec.Write, HelloCodec.ReadResponse, Describe.Message);

    private static Vector Of(string name, PullRequest message) =>
        Vector.Of(name, message, PullCodec.Write, PullCodec.ReadRequest, Describe.Message);

    private static Vector Of(string name, PullResponse message) =>
        Vector.Of(name, message, PullCodec.Write, PullCodec.ReadResponse, Describe.Message);

    private static Vector Of(string name, PushRequest message) =>
        Vector.Of(name, message, PushCodec.Write, PushCodec.ReadRequest, Describe.Message);

    private static Vector Of(string name, PushResponse message) =>
        Vector.Of(name, message, PushCodec.Write, PushCodec.ReadResponse, Describe.Message);

    private static Vector Of(string name, ListenRequest message) =>
        Vector.Of(name, message, ListenCodec.Write, ListenCodec.ReadRequest, Describe.Message);

    private static Vector Of(string name, ReconcileRequest message) =>
        Vector.Of(name, message, ReconcileCodec.Write, ReconcileCodec.ReadRequest, Describe.Message);

    private static Vector Of(string name, ReconcileResponse message) =>
        Vector.Of(name, message, ReconcileCodec.Write, ReconcileCodec.ReadResponse, Describe.Message);

    private static Vector Of(string name, RecordsRequest message) =>
        Vector.Of(name, message, RecordsCodec.Write, RecordsCodec.ReadRequest, Describe.Message);

    private static Vector Of(string name, RecordsResponse message) =>
        Vector.Of(name, message, RecordsCodec.Write, RecordsCodec.ReadResponse, Describe.Message);

    private static Vector Page(string name, Func<ReadOnlyMemory<byte>> write) =>
        new(name, () => write().ToArray(), Rewrite: null, bytes => PageDescription.Of(bytes));

    private static byte[] HelloBytes() => Vector.Encode(Hello, HelloCodec.Write);

    // What a later version may send: one element more at the end.
    private static byte[] NewerHello()
    {
        byte[] bytes = HelloBytes();
        return [(byte)(bytes[0] + 1), .. bytes[1..], 0x92, 0x01, 0xa3, 0x6e, 0x65, 0x77];
    }

    private static Vector Malformed(string name, Func<byte[], byte[]> spoil) =>
        new(name, () => spoil(HelloBytes()), Rewrite: null, bytes =>
        {
            var error = Assert.Throws<SyncException>(() => HelloCodec.ReadRequest(bytes));
            return new JsonObject { ["as"] = "hello-request", ["ordoCode"] = (int)error.Code };
        });
}
