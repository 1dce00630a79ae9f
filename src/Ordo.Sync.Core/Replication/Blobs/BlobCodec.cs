using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>The wire form of messages about blobs. Chunks travel as bare bytes, manifests in their stored form.</summary>
public static class BlobCodec
{
    /// <summary>The most blobs that one answer names.</summary>
    public const int WantedMax = 1_000;

    /// <summary>Writes an offer.</summary>
    public static void Write(IBufferWriter<byte> output, BlobOffer message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.Write((int)MessageKind.BlobOffer);
        writer.Write(message.Scope);
        writer.Write(BlobManifestCodec.Encode(message.Manifest));
        writer.Flush();
    }

    /// <summary>Reads an offer.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static BlobOffer ReadOffer(ReadOnlyMemory<byte> bytes) => WireFormat.Decode(bytes, "blob offer", static bytes =>
    {
        var reader = new MessagePackReader(bytes);
        int left = WireFormat.ReadHead(ref reader, MessageKind.BlobOffer, 2);
        string scope = MessageChecks.Scope(reader.ReadString());
        ReadOnlyMemory<byte> manifest = WireFormat.ReadBytes(ref reader, bytes);
        WireFormat.ReadTail(ref reader, left - 2);
        return new BlobOffer(scope, BlobManifestCodec.Decode(manifest.Span));
    });

    /// <summary>Writes an answer: the missing chunks as one bit each, the first chunk in the lowest bit of the first byte.</summary>
    public static void Write(IBufferWriter<byte> output, BlobOfferAnswer message)
    {
        ArgumentNullException.ThrowIfNull(message);
        byte[] bits = message.IsComplete ? [] : new byte[(message.Missing[^1] / 8) + 1];
        foreach (int index in message.Missing)
        {
            bits[index / 8] |= (byte)(1 << (index % 8));
        }

        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(2);
        writer.Write((int)MessageKind.BlobOfferAnswer);
        writer.Write(bits);
        writer.Flush();
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static BlobOfferAnswer ReadOfferAnswer(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "answer to a blob offer", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            int left = WireFormat.ReadHead(ref reader, MessageKind.BlobOfferAnswer, 1);
            ReadOnlySpan<byte> bits = WireFormat.ReadBytes(ref reader, bytes).Span;
            WireFormat.ReadTail(ref reader, left - 1);
            if (bits.Length > BlobLimits.ChunksMax / 8)
            {
                throw new MessagePackSerializationException($"{bits.Length} bytes of missing chunks.");
            }

            var missing = ImmutableArray.CreateBuilder<int>();
            for (int i = 0; i < bits.Length * 8; i++)
            {
                if ((bits[i / 8] >> (i % 8) & 1) != 0)
                {
                    missing.Add(i);
                }
            }

            return new BlobOfferAnswer(missing.ToImmutable());
        });

    /// <summary>Writes the blobs that a peer wants sent again.</summary>
    public static void Write(IBufferWriter<byte> output, ImmutableArray<BlobId> wanted)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(2);
        writer.Write((int)MessageKind.BlobWantedAnswer);
        writer.WriteArrayHeader(wanted.Length);
        Span<byte> hash = stackalloc byte[ContentHash.SizeBytes];
        foreach (BlobId blob in wanted)
        {
            blob.Hash.Write(hash);
            writer.Write(hash);
        }

        writer.Flush();
    }

    /// <summary>Reads the blobs that a peer wants sent again.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static ImmutableArray<BlobId> ReadWanted(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "list of wanted blobs", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            int left = WireFormat.ReadHead(ref reader, MessageKind.BlobWantedAnswer, 1);
            int count = WireFormat.ReadCount(ref reader, WantedMax, "wanted blobs");
            var wanted = ImmutableArray.CreateBuilder<BlobId>(count);
            for (int i = 0; i < count; i++)
            {
                wanted.Add(new BlobId(ContentHash.Read(WireFormat.ReadBytes(ref reader, bytes).Span)));
            }

            WireFormat.ReadTail(ref reader, left - 1);
            return wanted.MoveToImmutable();
        });
}
