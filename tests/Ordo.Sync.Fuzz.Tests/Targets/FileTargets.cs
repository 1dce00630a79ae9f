using System.Buffers.Binary;
using System.IO.Hashing;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.Checkpoints;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Sqlite.State;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>What stands in files: bundles, blobs' manifests, sidecars, the records and frames of FASTER, exceptions in SQLite.</summary>
internal static class FileTargets
{
    private const long Salt = 77;
    private const int HashedBundleBytes = 48;

    private static readonly UInt128 BundleId = new(3, 4);
    private static readonly RecordKey Key = new("grades", "k");

    public static IEnumerable<FuzzTarget> All(Sample sample) => [.. Bundles(sample), .. Blobs(), .. Faster(sample), .. Others(sample)];

    private static IEnumerable<FuzzTarget> Bundles(Sample sample)
    {
        yield return new FuzzTarget(
            "bundle-prelude", [sample.Bundle[..BundlePrelude.SizeBytes]], static bytes => BundlePrelude.Read(bytes))
        {
            IsRefusal = static exception => exception is SyncException { Code: SyncErrorCode.Malformed or SyncErrorCode.ProtocolVersion },
            Seal = static bytes =>
            {
                if (bytes.Length >= BundlePrelude.SizeBytes)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(
                        bytes.AsSpan(HashedBundleBytes), XxHash3.HashToUInt64(bytes.AsSpan(0, HashedBundleBytes)));
                }
            },
        };
        var head = new byte[BundleFrameHead.SizeBytes];
        new BundleFrameHead(BundleFrameKind.Page, 1, 100).Write(head, BundleId);
        yield return new FuzzTarget("bundle-frame", [head], static bytes =>
        {
            if (bytes.Length >= BundleFrameHead.SizeBytes)
            {
                BundleFrameHead.TryRead(bytes, BundleId, out _);
            }
        });
        yield return new FuzzTarget("bundle-knowledge", [sample.Knowledge], static bytes => BundleKnowledge.Parse(bytes).ToBytes());
        byte[] end = new BundleScopeEnd("course/AAA", 2, 40, new byte[32], [1, 2, 3], [4, 5, 6]).ToBytes();
        yield return new FuzzTarget("bundle-end", [end], static bytes => BundleScopeEnd.Read(bytes).IsSignedRightly());
        yield return new FuzzTarget(
            "bundle-page", [.. sample.Messages.Pages.Select(page => BundlePage.Write(1, page))], static bytes =>
                BundlePage.Check(BundlePage.Read(bytes).Page))
        {
            Weight = 2,
        };
    }

    private static IEnumerable<FuzzTarget> Blobs()
    {
        BlobManifest manifest = new(
            new BlobId(ContentHash.Of("blob"u8)),
            [new BlobChunk(ContentHash.Of("a"u8), BlobLimits.ChunkBytesMax), new BlobChunk(ContentHash.Of("b"u8), 5)]);
        byte[] bytes = BlobManifestCodec.Encode(manifest);
        yield return new FuzzTarget("manifest", [bytes], static input => BlobManifestCodec.Decode(input)) { Seal = SealManifest, Weight = 2 };
        yield return new FuzzTarget(
            "blob-offer",
            [CapturedMessages.BytesOf(output => BlobCodec.Write(output, new BlobOffer("course/AAA", manifest)))],
            static input => BlobCodec.ReadOffer(input));
        yield return new FuzzTarget(
            "blob-answer",
            [CapturedMessages.BytesOf(output => BlobCodec.Write(output, new BlobOfferAnswer([1, 5, 70])))],
            static input => BlobCodec.ReadOfferAnswer(input));
        yield return new FuzzTarget(
            "blob-wanted",
            [CapturedMessages.BytesOf(output => BlobCodec.Write(output, [manifest.Id, new BlobId(ContentHash.Of("c"u8))]))],
            static input => BlobCodec.ReadWanted(input));
    }

    private static IEnumerable<FuzzTarget> Faster(Sample sample)
    {
        byte[][] records = [.. sample.Records.Take(12).Select(record => Written(writer => RecordCodec.Write(writer, record)))];
        yield return Damaged("faster-record", records, static bytes => RecordCodec.Read(Key, bytes, withVisible: true)) with { Weight = 2 };
        var state = new ScopeState
        {
            Knowledge = VersionVector.Of(new Dot(1, 7), new Dot(2, 40)),
            Forgotten = VersionVector.Of(new Dot(1, 3)),
            Exceptions = [new KnowledgeException(new KeyRange(Key, null), VersionVector.Of(new Dot(1, 9)))],
            Digest = 5,
            LiveCount = 2,
        };
        byte[] scope = Written(writer => ScopeStateCodec.Write(writer, ScopeState.Empty, state));
        yield return Damaged("faster-scope", [scope], static bytes =>
        {
            var reader = new ByteReader(bytes);
            ScopeStateCodec.Read(ref reader, ScopeState.Empty);
        });
        byte[] footer = Written(new CheckpointFooter(5, 4, 3, 2, 1).Write);
        yield return Damaged("faster-footer", [footer], static bytes => CheckpointFooter.Read(bytes));
        byte[] owner = Written(ValueOwner.OfRecord("course/AAA", Key).Write);
        yield return Damaged("faster-owner", [owner], static bytes => ValueOwner.Read(bytes));
        var frame = new byte[FrameHead.SizeBytes];
        new FrameHead(FrameKind.Operations, 0, 9, 8).Seal(frame, Salt);
        yield return Damaged("faster-frame", [frame], static bytes =>
        {
            if (FrameHead.TryRead(bytes, out _))
            {
                FrameHead.IsIntact(bytes, Salt);
            }
        });
        var piece = new byte[ValuePiece.HeadBytes + owner.Length + 3];
        ValuePiece.Write(piece, 3, 0, 3, owner, [1, 2, 3]);
        yield return Damaged("faster-piece", [piece], static bytes => ValuePiece.TryRead(3, bytes, out _)) with
        {
            Seal = static bytes =>
            {
                if (bytes.Length >= ValuePiece.HeadBytes)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes, XxHash3.HashToUInt64(bytes.AsSpan(sizeof(ulong)), 3));
                }
            },
        };
    }

    private static IEnumerable<FuzzTarget> Others(Sample sample)
    {
        byte[] exceptions = ExceptionCodec.Encode(
            [new KnowledgeException(new KeyRange(Key, null), VersionVector.Of(new Dot(1, 9), new Dot(2, 4)))]);
        yield return new FuzzTarget("sqlite-exceptions", [exceptions], static bytes => ExceptionCodec.Decode("store", bytes))
        {
            IsRefusal = static exception => exception is SyncException { Code: SyncErrorCode.StoreCorrupt },
        };
        var closed = new SidecarState("0a", "12 3.4", 1, 2, new ReplicaId(9), 44, IsClosed: true);
        byte[][] sidecars =
        [
            System.Text.Encoding.UTF8.GetBytes(closed.ToString()),
            System.Text.Encoding.UTF8.GetBytes(closed.With([new ReplicaId(7), new ReplicaId(8)]).ToString()),
        ];
        yield return new FuzzTarget("sidecar", sidecars, static bytes => SidecarState.Parse(System.Text.Encoding.UTF8.GetString(bytes)));
        byte[] vector = sample.Knowledge;
        yield return new FuzzTarget("vector", [GlobalVectorCodec.Encode(GlobalVectorOf(vector))], static bytes => GlobalVectorCodec.Decode(bytes))
        {
            IsRefusal = static exception => exception is SyncException { Code: SyncErrorCode.StoreCorrupt },
        };
    }

    private static Replication.GlobalVector GlobalVectorOf(byte[] knowledge)
    {
        BundleKnowledge known = BundleKnowledge.Parse(knowledge);
        return known.Of(known.Scopes.First());
    }

    private static FuzzTarget Damaged(string name, byte[][] seeds, Action<byte[]> decode) => new(name, seeds, decode)
    {
        // Recovery takes both for damage.
        IsRefusal = static exception => exception is InvalidDataException or ArgumentException,
    };

    private static void SealManifest(byte[] bytes)
    {
        if (bytes.Length >= ContentHash.SizeBytes)
        {
            ContentHash.Of(bytes.AsSpan(0, bytes.Length - ContentHash.SizeBytes)).Write(bytes.AsSpan(bytes.Length - ContentHash.SizeBytes));
        }
    }

    private static byte[] Written(Action<ByteWriter> write)
    {
        var writer = new ByteWriter();
        write(writer);
        return writer.Written.ToArray();
    }
}
