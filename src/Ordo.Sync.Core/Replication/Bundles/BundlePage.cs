using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>The body of a page's frame: its place among the scope's pages, and the page.</summary>
internal static class BundlePage
{
    private const int NumberBytes = sizeof(int);

    public static byte[] Write(int number, ReadOnlySpan<byte> page)
    {
        var body = new byte[NumberBytes + page.Length];
        BinaryPrimitives.WriteInt32LittleEndian(body, number);
        page.CopyTo(body.AsSpan(NumberBytes));
        return body;
    }

    /// <exception cref="Errors.SyncException">The body is malformed.</exception>
    public static (int Number, ReadOnlyMemory<byte> Page) Read(ReadOnlyMemory<byte> body)
    {
        int number = body.Length > NumberBytes ? BinaryPrimitives.ReadInt32LittleEndian(body.Span) : -1;
        return number >= 0
            ? (number, body[NumberBytes..])
            : throw WireFormat.Malformed("bundle", "a frame that should hold a page holds none.");
    }

    /// <summary>Reads a page to its end, and the latest time in it: nothing of a bundle is applied before all of it was read.</summary>
    /// <exception cref="Errors.SyncException">The page is malformed.</exception>
    public static (PageHeader Header, HybridTimestamp Latest) Check(ReadOnlyMemory<byte> page)
    {
        PageReader reader = PageReader.Open(page);
        int[] indexes = [.. Enumerable.Range(0, reader.Replicas.Length)];
        HybridTimestamp latest = reader.Header.Clock;
        while (reader.TryRead(indexes, VersionVector.Empty, out RemoteRecord? record))
        {
            foreach (RecordVersion version in record!.Values)
            {
                latest = version.Timestamp > latest ? version.Timestamp : latest;
            }
        }

        return (reader.Header, latest);
    }
}
