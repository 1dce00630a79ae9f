using System.IO.Hashing;
using System.Text;
using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Core.Tests.Records;

[Properties(MaxTest = 200)]
public sealed class RecordDigestProperties
{
    private const int ReplicaCount = 3;
    private const int KeyCount = 6;

    [Property]
    public void A_sum_kept_while_records_change_is_the_sum_of_what_is_there(int seed)
    {
        var random = new Random(seed);
        ReplicaTable table = Table(0, 1, 2);
        var records = new Dictionary<RecordKey, StoredRecord>();
        UInt128 digest = 0;
        for (int i = 1; i <= 40; i++)
        {
            StoredRecord record = Draw(random, i, index => index);
            if (records.Remove(record.Key, out StoredRecord? old))
            {
                digest -= RecordDigest.Of(old, table);
            }

            if (random.Next(5) > 0)
            {
                digest += RecordDigest.Of(record, table);
                records.Add(record.Key, record);
            }

            UInt128 sum = 0;
            foreach (StoredRecord one in records.Values.OrderBy(_ => random.Next()))
            {
                sum += RecordDigest.Of(one, table);
            }

            Assert.Equal(sum, digest);
        }
    }

    [Property]
    public void A_share_does_not_depend_on_local_indexes(int seed)
    {
        int[] order = [2, 0, 1];
        StoredRecord here = Draw(new Random(seed), 1, index => index);
        StoredRecord there = Draw(new Random(seed), 1, index => Array.IndexOf(order, index));

        Assert.Equal(RecordDigest.Of(here, Table(0, 1, 2)), RecordDigest.Of(there, Table(order)));
    }

    // Written out once more, in parts: what the code gathers in a buffer of 512 bytes.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(370, 0)]
    [InlineData(440, 3)]
    [InlineData(511, 40)]
    [InlineData(512, 200)]
    [InlineData(5_000, 300)]
    public void A_share_is_the_hash_of_its_parts_however_long_they_are(int payloadBytes, int authorLength)
    {
        ReplicaTable table = Table(0, 1, 2);
        string author = new('é', authorLength);
        byte[] payload = [.. Enumerable.Range(0, payloadBytes).Select(i => (byte)i)];
        var record = new StoredRecord(
            new RecordKey("grades", "AAA/1"),
            [
                new RecordVersion(new Dot(1, 7), new HybridTimestamp(8), author, payload),
                new RecordVersion(new Dot(2, 9), new HybridTimestamp(10), string.Empty, new byte[3], payload),
            ]);

        var hash = new XxHash128();
        void Append(ReadOnlySpan<byte> part)
        {
            hash.Append(BitConverter.GetBytes(part.Length));
            hash.Append(part);
        }

        Append("grades"u8);
        Append("AAA/1"u8);
        foreach (RecordVersion version in record.Versions)
        {
            byte[] replica = new byte[ReplicaId.SizeBytes];
            table[version.Dot.ReplicaIndex].Write(replica);
            hash.Append(replica);
            hash.Append(BitConverter.GetBytes(version.Dot.Counter));
            hash.Append(BitConverter.GetBytes(version.Timestamp.Value));
            Append(Encoding.UTF8.GetBytes(version.Author));
            Append(version.Payload.Span);
            Append(version.Annotations.Span);
        }

        Append([]);

        Assert.Equal(hash.GetCurrentHashAsUInt128(), RecordDigest.Of(record, table));
    }

    [Property]
    public void Records_that_differ_have_different_shares(int seed)
    {
        var random = new Random(seed);
        ReplicaTable table = Table(0, 1, 2);
        StoredRecord record = Draw(random, 1, index => index, payloadBytesMin: 1);
        RecordVersion version = record.Versions[0];
        byte[] longer = [.. version.Payload.Span, 1];
        StoredRecord[] others =
        [
            record with { Key = record.Key with { Key = record.Key.Key + "x" } },
            record with { Key = new RecordKey(record.Key.Collection + record.Key.Key[..1], record.Key.Key[1..]) },
            record with { ConflictFree = new byte[record.ConflictFree.Length + 1] },
            With(
                record,
                new(
                    new Dot(version.Dot.ReplicaIndex, 999), version.Timestamp, version.Author, version.Payload,
                    version.Annotations)),
            With(
                record,
                new(version.Dot, version.Timestamp.Next(), version.Author, version.Payload, version.Annotations)),
            With(
                record,
                new(version.Dot, version.Timestamp, version.Author + "x", version.Payload, version.Annotations)),
            With(record, new(version.Dot, version.Timestamp, version.Author, longer, version.Annotations)),
            With(record, new(version.Dot, version.Timestamp, version.Author, version.Payload, new byte[9])),
            record with { Versions = record.Versions.Add(version.Restamp(new Dot(1, 500), version.Timestamp)) },
        ];
        IEnumerable<UInt128> shares = others.Prepend(record)
            .Select(one => RecordDigest.Of(one, table));
        Assert.Equal(shares.Distinct(), shares);
    }

    [Fact]
    public void A_lone_tombstone_has_no_share()
    {
        var tombstone = new RecordVersion(new Dot(0, 1), new HybridTimestamp(1), "ada", default, new byte[] { 1 });
        Assert.Equal(UInt128.Zero, RecordDigest.Of(new StoredRecord(new("a", "k"), [tombstone]), Table(0)));
    }

    [Fact]
    public void A_tombstone_beside_a_live_version_adds_nothing_to_its_share()
    {
        var tombstone = new RecordVersion(new Dot(0, 1), new HybridTimestamp(1), "ada", default);
        var version = new RecordVersion(new Dot(0, 2), new HybridTimestamp(2), "ada", new byte[] { 0x80 });
        UInt128 alone = RecordDigest.Of(new StoredRecord(new("a", "k"), [version]), Table(0));
        UInt128 both = RecordDigest.Of(new StoredRecord(new("a", "k"), [tombstone, version]), Table(0));
        Assert.NotEqual(UInt128.Zero, both);
        Assert.Equal(alone, both);
    }

    private static StoredRecord With(StoredRecord record, RecordVersion version) =>
        record with { Versions = record.Versions.SetItem(0, version) };

    private static StoredRecord Draw(Random random, int counter, Func<int, int> indexOf, int payloadBytesMin = 0)
    {
        RecordVersion[] versions = [.. Enumerable.Range(0, 1 + random.Next(ReplicaCount)).Select(index =>
        {
            byte[] payload = new byte[payloadBytesMin + random.Next(4)];
            random.NextBytes(payload);
            return new RecordVersion(
                new Dot(indexOf(index), counter), new HybridTimestamp((ulong)index), $"a{random.Next(3)}", payload,
                new byte[random.Next(3)]);
        })];
        return new StoredRecord(new($"c{random.Next(2)}", $"k{random.Next(KeyCount)}"), [.. versions])
        {
            ConflictFree = new byte[random.Next(3)],
        };
    }

    private static ReplicaTable Table(params int[] order) =>
        order.Aggregate(ReplicaTable.Empty, (table, id) => table.With(new ReplicaId((UInt128)(id + 1)), out _));
}
