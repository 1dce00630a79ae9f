using System.Text;
using System.Text.Json;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Records;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Strategies.Tests.Worlds;
using Blob = Ordo.Sync.Storage.Blobs.ContentHash;
using VersionHash = Ordo.Sync.Conflicts.Notes.ContentHash;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>What apps read out of records that others wrote: their own types, references to blobs, anchors, checkpoints of histories.</summary>
internal static class PayloadTargets
{
    private static readonly MessagePackPayloadSerializer MessagePack = new();
    private static readonly JsonPayloadSerializer Json = new(new FuzzJsonContext());

    public static IEnumerable<FuzzTarget> All(Sample sample)
    {
        byte[][] payloads = [.. sample.Records
            .Where(record => !SystemCollections.Contains(record.Key.Collection))
            .SelectMany(record => record.Versions).Where(version => !version.Payload.IsEmpty)
            .Select(version => version.Payload.ToArray()).DistinctBy(Convert.ToHexString)];
        yield return new FuzzTarget("payload-of-a-type", payloads, static bytes => MessagePack.Deserialize<Note>(bytes))
        {
            IsRefusal = static exception => exception is MessagePackSerializationException,
        };
        var at = new DateTime(2026, 11, 27, 0, 0, 0, DateTimeKind.Utc);
        byte[] rich = Json.Serialize(new RichNote(1.5, 1UL << 63, [1, 2], at, IsOpen: true, "ann")).ToArray();
        yield return new FuzzTarget("payload-of-a-json-type", [.. payloads, rich], static bytes =>
        {
            Json.Deserialize<Note>(bytes);
            Json.Deserialize<RichNote>(bytes);
        })
        {
            IsRefusal = static exception => exception is JsonException,
            BytesPerByteMax = 4 * 1024,
        };
        byte[] reference = JsonSerializer.SerializeToUtf8Bytes(
            new BlobRef(new BlobId(Blob.Of("map"u8)), 77) { MediaType = "image/png", Name = "map.png" });
        yield return new FuzzTarget(
            "blob-reference-json", [reference], static bytes => JsonSerializer.Deserialize<BlobRef>(bytes))
        {
            IsRefusal = static exception => exception is JsonException,
        };
        byte[][] anchors = [.. new Anchor[] { new(new GlobalDot(new ReplicaId(7), 40), true), new(null, false) }
            .Select(static anchor => Encoding.UTF8.GetBytes(anchor.ToString()))];
        yield return new FuzzTarget("anchor", anchors, ReadAnchor)
        {
            IsRefusal = static exception => exception is FormatException,
        };
        byte[] checkpoint = HistoryCheckpointCodec.Encode(HistoryCheckpoint
            .None(new RecordKey("notes", "k"))
            .With([VersionHash.Read(new byte[32])], DateTimeOffset.UnixEpoch.AddDays(20_000))).ToArray();
        yield return new FuzzTarget("history-checkpoint", [checkpoint], ReadCheckpoint)
        {
            IsRefusal = static exception => exception is MessagePackSerializationException,
        };
    }

    private static void ReadAnchor(byte[] bytes)
    {
        var anchor = Anchor.Parse(Encoding.UTF8.GetString(bytes));
        if (Anchor.Parse(anchor.ToString()) != anchor)
        {
            throw new InvalidOperationException("An anchor is another one when it is read again.");
        }
    }

    private static void ReadCheckpoint(byte[] bytes)
    {
        HistoryCheckpoint checkpoint = HistoryCheckpointCodec.Decode(bytes);
        if (HistoryCheckpointCodec.Decode(HistoryCheckpointCodec.Encode(checkpoint)) != checkpoint)
        {
            throw new InvalidOperationException("A checkpoint is another one when it is read again.");
        }
    }
}
