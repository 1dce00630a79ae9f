using System.Buffers;
using MessagePack;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>Measures what the versions of all records take in the pages of a transfer, before compression.</summary>
internal static class WireBytes
{
    /// <summary>Bytes a record, by what they are for.</summary>
    public static async Task<IReadOnlyList<(string What, double Bytes)>> MeasureAsync(string file)
    {
        await using var store = new SqliteRecordStore(new SqliteStoreOptions { Path = file });
        await store.OpenAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(store);
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        TransferCursor? cursor = null;
        GlobalVector known = GlobalVector.Empty;
        var sum = new Sum();
        do
        {
            BuiltPage page = await PageBuilder.BuildChangesAsync(
                snapshot, catalog, BenchDevice.ScopeName, known, cursor, new ReadBudget(ProtocolLimits.PageBytesDefault));
            sum.Add(page.Bytes);
            (cursor, known) = (page.Next, page.NextKnown);
        }
        while (cursor is not null);
        return
        [
            ("dot", sum.DotBytes / (double)sum.Count),
            ("last-write time and author (no causality)", sum.StampBytes / (double)sum.Count),
            ("heads of pages: replicas, knowledge, shared by all", sum.HeadBytes / (double)sum.Count),
            ("whole pages", sum.PageBytes / (double)sum.Count),
        ];
    }

    private sealed class Sum
    {
        public long Count { get; private set; }

        public long DotBytes { get; private set; }

        public long StampBytes { get; private set; }

        public long HeadBytes { get; private set; }

        public long PageBytes { get; private set; }

        public void Add(ReadOnlyMemory<byte> page)
        {
            PageReader reader = PageReader.Open(page);
            int[] indexes = [.. Enumerable.Range(0, reader.Replicas.Length)];
            long records = 0;
            while (reader.TryRead(indexes, VersionVector.Empty, out RemoteRecord? record))
            {
                Count++;
                records += Length((ref MessagePackWriter writer) =>
                {
                    writer.WriteArrayHeader(3);
                    writer.Write(0);
                    writer.Write(record!.Key.Key);
                    writer.WriteArrayHeader(record.Values.Length);
                });
                foreach (RecordVersion version in record!.Values)
                {
                    int dot = Length((ref MessagePackWriter writer) =>
                    {
                        writer.Write(version.Dot.ReplicaIndex);
                        writer.Write(version.Dot.Counter);
                    });
                    int stamp = Length((ref MessagePackWriter writer) =>
                    {
                        writer.Write(version.Timestamp.Value);
                        writer.Write(version.Author);
                    });
                    DotBytes += dot;
                    StampBytes += stamp;
                    records += dot + stamp + 1 + Length((ref MessagePackWriter writer) => writer.Write(version.Payload.Span))
                        + (version.Annotations.IsEmpty
                            ? 0
                            : Length((ref MessagePackWriter writer) => writer.Write(version.Annotations.Span)));
                }
            }

            PageBytes += page.Length;
            HeadBytes += page.Length - records;
        }

        private static int Length(Write write)
        {
            var output = new ArrayBufferWriter<byte>(256);
            var writer = new MessagePackWriter(output);
            write(ref writer);
            writer.Flush();
            return output.WrittenCount;
        }

        private delegate void Write(ref MessagePackWriter writer);
    }
}
