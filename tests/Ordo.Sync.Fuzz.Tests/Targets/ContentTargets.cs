using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Fields;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Crdt;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>What records hold: payloads, what strategies note beside them, histories, conflict-free fields.</summary>
internal static class ContentTargets
{
    private const int BytesPerStructureByteMax = 8 * 1024;

    // Later than all there are: no stamp of a version is later than the version.
    private static readonly FieldStamp Own = new(HybridTimestamp.FromUnixMilliseconds(4_000_000_000_000), new ReplicaId(7), 3, "ann");

    private static readonly Dot Birth = new(1, 5);

    public static IEnumerable<FuzzTarget> All(Sample sample)
    {
        RecordVersion[] versions = [.. sample.Records.SelectMany(record => record.Versions).Where(version => !version.IsTombstone)];
        byte[][] notes = Bytes(versions.Select(version => version.Annotations));
        byte[][] payloads = Bytes(versions.Select(version => version.Payload));
        byte[][] fields = Bytes(versions
            .Where(version => !VersionNotes.Decode(version.Annotations).Fields.IsEmpty)
            .Select(version => Pair(version.Payload, VersionNotes.Decode(version.Annotations).Fields)));
        byte[][] histories = Bytes(sample.Records
            .Where(record => string.Equals(record.Key.Collection, SystemCollections.History, StringComparison.Ordinal))
            .Select(record => record.Greatest.Payload));
        byte[][] free = Bytes(sample.Records.Select(record => record.ConflictFree));
        byte[][] documents = Bytes(free.Select(static state => StoredDocument.Document(state)));

        yield return Stored("notes", notes, static bytes => VersionNotes.Decode(VersionNotes.Decode(bytes).Encode()));
        yield return Stored("history", histories, static bytes => HistoryCodec.Decode(HistoryCodec.Encode(HistoryCodec.Decode(bytes))));
        yield return Stored("field-stamps", fields, static bytes =>
        {
            (ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> stamps) = ReadPair(bytes);
            Use(FieldState.Decode(payload, stamps, Own));
        });
        yield return Stored("field-payload", payloads, static bytes => Use(FieldState.Decode(bytes, default, Own)));
        yield return Stored("payload", payloads, ReadPayload);
        yield return Stored("version-kind", notes, static bytes => _ = new RecordVersion(Birth, Own.Timestamp, "ann", default, bytes).Kind);
        byte[] reference = CapturedMessages.BytesOf(static output =>
        {
            var writer = new MessagePackWriter(output);
            new BlobRefFormatter().Serialize(
                ref writer, new BlobRef(new BlobId(Storage.Blobs.ContentHash.Of("map"u8)), 77), MessagePackSerializerOptions.Standard);
            writer.Flush();
        });
        yield return Stored("blob-reference", [reference], static bytes => BlobReferenceScanner.Find(
            new StoredRecord(new RecordKey("notes", "k"), [new RecordVersion(Birth, Own.Timestamp, "ann", bytes)])));
        yield return new FuzzTarget("document", documents, Use)
        {
            IsRefusal = static exception => exception is CrdtFormatException,
            Weight = 4,
            FixedBytesMax = 1024 * 1024,
            BytesPerByteMax = BytesPerStructureByteMax,
        };
        yield return new FuzzTarget("stored-document", free, static bytes => StoredDocument.Decode(bytes))
        {
            IsRefusal = static exception => exception is CrdtFormatException,
            FixedBytesMax = 1024 * 1024,
            BytesPerByteMax = BytesPerStructureByteMax,
        };
    }

    private static byte[][] Bytes(IEnumerable<ReadOnlyMemory<byte>> all) =>
        [.. all.Where(static bytes => !bytes.IsEmpty).Select(static bytes => bytes.ToArray()).DistinctBy(Convert.ToHexString)];

    private static byte[][] Bytes(IEnumerable<byte[]> all) => Bytes(all.Select(static bytes => new ReadOnlyMemory<byte>(bytes)));

    private static FuzzTarget Stored(string name, byte[][] seeds, Action<byte[]> decode) => new(name, seeds, decode)
    {
        IsRefusal = static exception => exception is MessagePackSerializationException,
        Weight = 2,
        BytesPerByteMax = 2048,
    };

    private static byte[] Pair(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> stamps) => CapturedMessages.BytesOf(output =>
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(2);
        writer.Write(payload.Span);
        writer.Write(stamps.Span);
        writer.Flush();
    });

    private static (ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Stamps) ReadPair(byte[] bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            return reader.ReadArrayHeader() == 2
                ? (reader.ReadBytes().GetValueOrDefault().ToArray(), reader.ReadBytes().GetValueOrDefault().ToArray())
                : throw new MessagePackSerializationException("No pair: nothing that a decoder would be given.");
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException)
        {
            throw new MessagePackSerializationException("No pair: nothing that a decoder would be given.", exception);
        }
    }

    // What can be read can be joined and written, and is the same then.
    private static void Use(FieldState state)
    {
        ReadOnlyMemory<byte> payload = state.ToPayload();
        FieldState again = FieldState.Decode(payload, state.Encode(), Own);
        if (!again.ToPayload().Span.SequenceEqual(payload.Span))
        {
            throw new InvalidOperationException("A state is another one when it is read again.");
        }
    }

    private static void Use(byte[] bytes)
    {
        CrdtDocument document = CrdtDocument.Decode(bytes);
        CrdtDocument again = CrdtDocument.Decode(document.Encode());
        if (!again.EncodeCanonical().AsSpan().SequenceEqual(document.EncodeCanonical()))
        {
            throw new InvalidOperationException("A document is another one when it is read again.");
        }
    }

    // A payload that is none is refused; one that is can be asked for its fields.
    private static void ReadPayload(byte[] bytes)
    {
        bool isPayload = PayloadFormat.WhyNot(bytes, ProtocolLimits.PayloadDepthMax) is null;
        foreach (IndexType type in Enum.GetValues<IndexType>())
        {
            IndexExtractor.Extract(bytes, new IndexDefinition("Score", type));
        }

        if (isPayload)
        {
            PayloadMap.Get(bytes, "Text");
            PayloadMap.Preserve(bytes, PayloadMap.Empty);
            LeafReader.Read(bytes, Own);
        }
    }
}
