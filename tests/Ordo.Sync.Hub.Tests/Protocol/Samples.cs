using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Crdt;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Hub.Tests.Protocol;

/// <summary>The fixed values that the vectors are made of.</summary>
internal static class Samples
{
    public const string Scope = "course/AAA-2013J";

    public const long Milliseconds = 1_767_225_600_000;

    public static ReplicaId Ann { get; } = ReplicaId.Parse("00112233445566778899aabbccddeeff");

    public static ReplicaId Bob { get; } = ReplicaId.Parse("b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0");

    public static ReplicaId Generation { get; } = ReplicaId.Parse("9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e");

    public static ReplicaId Hub { get; } = ReplicaId.Parse("f00df00df00df00df00df00df00df00d");

    public static UInt128 Digest { get; } = Parse("0123456789abcdeffedcba9876543210");

    public static GlobalVector Knowledge { get; } = GlobalVector.Of(
        [new GlobalDot(Bob, 300), new GlobalDot(Ann, 17_592_186_044_415), new GlobalDot(Hub, 1)]);

    public static GlobalVector Forgotten { get; } = GlobalVector.Of([new GlobalDot(Ann, 5)]);

    public static ImmutableArray<CollectionDescriptor> Collections { get; } =
    [
        new("grades", ConflictStrategy.AcademicRecord),
        new("posts", ConflictStrategy.LastWriteWins),
    ];

    public static ReplicaTable Replicas { get; } =
        ReplicaTable.Empty.With(Ann, out _).With(Bob, out _).With(Hub, out _);

    // {"score": 78}
    public static ReadOnlyMemory<byte> Payload { get; } = Convert.FromHexString("81a573636f72654e");

    /// <summary>Every form a record has: siblings, a tombstone, annotations, conflict-free state, an exception.</summary>
    public static ImmutableArray<StoredRecord> Records { get; } =
    [
        new(new RecordKey("grades", "11391/1752"),
        [
            new RecordVersion(new Dot(0, 3), Stamp(0, 0), "ann@example.edu", Payload),
            new RecordVersion(new Dot(1, 9), Stamp(1, 7), string.Empty, Payload, new byte[] { 0x90 }),
        ]),
        new(new RecordKey("grades", "gone"), [new RecordVersion(new Dot(1, 10), Stamp(2, 0), "bob", default)]),
        new(new RecordKey("posts", "Grüße/😀"),
        [
            new RecordVersion(new Dot(0, 4), Stamp(3, 65_535), "ann", Payload),
            new RecordVersion(
                new Dot(0, 5), Stamp(4, 0), "ann", default, new VersionNotes { Kind = VersionKind.Carrier }.Encode()),
        ])
        {
            ConflictFree = Likes(),
        },
    ];

    /// <summary>A counter that stands at 3, as a store holds it.</summary>
    private static byte[] Likes()
    {
        var document = new CrdtDocument();
        document.Counter("likes").Increment(new DotSource(Replicas[0], last: 5), 3);
        return [.. XxHash128.Hash(document.EncodeCanonical()), .. document.Encode()];
    }

    public static UInt128 Parse(string hex) => UInt128.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Changes for a receiver that knows ann's first three versions: those come without their content.</summary>
    public static ReadOnlyMemory<byte> ChangesPage()
    {
        VersionVector known = VersionVector.Of(new Dot(0, 3));
        var state = new ScopeState
        {
            Knowledge = VersionVector.Of(new Dot(0, 4), new Dot(1, 10)),
            Forgotten = VersionVector.Of(new Dot(0, 1)),
        };
        return Writer().Write(Scope, state, Stamp(9, 1), known, known, isComplete: false, range: null, Records);
    }

    /// <summary>The second page of a first transfer; its sender is itself being filled, so it carries an exception.</summary>
    public static ReadOnlyMemory<byte> FillPage()
    {
        var range = new KeyRange(new RecordKey("grades", "10000"), new RecordKey("posts", "Grüße/😀"));
        var state = new ScopeState
        {
            Knowledge = VersionVector.Of(new Dot(0, 4)),
            Exceptions = [new KnowledgeException(range, VersionVector.Of(new Dot(1, 10)))],
        };
        return Writer().Write(
            Scope, state, Stamp(9, 1), VersionVector.Empty, VersionVector.Empty, isComplete: true, range, Records);
    }

    /// <summary>A page without records.</summary>
    public static ReadOnlyMemory<byte> EmptyPage()
    {
        var state = new ScopeState { Knowledge = VersionVector.Of(new Dot(0, 4)) };
        return Writer().Write(
            Scope, state, Stamp(9, 1), state.Knowledge, state.Knowledge, isComplete: false, range: null, []);
    }

    public static HybridTimestamp Stamp(int milliseconds, int counter) =>
        new(((ulong)(Milliseconds + milliseconds) << 16) | (uint)counter);

    private static PageWriter Writer() => new(Replicas, Collections.ToDictionary(c => c.Name));
}
