using System.Buffers;
using FsCheck.Xunit;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Sequences;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>What is written is read; what was never written is refused, at a bounded cost.</summary>
public sealed class EncodingTests
{
    // A run takes about 110 bytes and a byte of packed structure may stand for 16 runs; with the columns and the index 4 KB.
    private const long BytesPerByteMax = 4096;
    private const long BytesFixedMax = 1 << 20;

    [Property(MaxTest = 150, EndSize = 300)]
    public void State_survives_encoding(uint[] numbers)
    {
        foreach (Replica replica in Commands.Run(numbers).Replicas)
        {
            foreach (bool compress in new[] { false, true })
            {
                byte[] bytes = replica.Document.Encode(compress);
                CrdtDocument read = CrdtDocument.Decode(bytes);
                Assert.Equal(bytes, read.Encode(compress));
                Assert.Equal(replica.Canonical, read.EncodeCanonical());
                Assert.Equal(replica.Text.ToString(), read.Text("text").ToString());
            }
        }
    }

    [Property(MaxTest = 150, EndSize = 300)]
    public void Copy_equals_and_is_independent(uint[] numbers)
    {
        Replica replica = Commands.Run(numbers).Replicas[0];
        byte[] before = replica.Document.Encode();
        CrdtDocument copy = replica.Document.Clone();
        Assert.Equal(before, copy.Encode());
        copy.Text("text").Insert(replica.Dots, 0, "x");
        copy.Set("set").Add(replica.Dots, Scalar.Of("x"));
        copy.Counter("counter").Increment(replica.Dots);
        Assert.Equal(before, replica.Document.Encode());
    }

    [Property(MaxTest = 300, EndSize = 100)]
    public void Damaged_state_is_refused_or_read_as_something_whole(uint[] numbers, uint damage)
    {
        byte[] bytes = Commands.Run(numbers).Replicas[0].Document.Encode(compress: damage % 2 == 0);
        var draw = new Draw(damage);
        for (int i = 0; i < 50; i++)
        {
            byte[] damaged = Damage(bytes, ref draw);
            long before = GC.GetAllocatedBytesForCurrentThread();
            CrdtDocument? read = TryDecode(damaged);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < BytesFixedMax + (BytesPerByteMax * damaged.Length), $"{allocated} of {damaged.Length}");
            if (read is not null)
            {
                read.Text("text").Insert(new DotSource(new ReplicaId(77)), 0, "x");
                Assert.StartsWith("x", CrdtDocument.Decode(read.Encode()).Text("text").ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Property(MaxTest = 200, EndSize = 100)]
    public void Damaged_delta_is_refused_or_taken_in(uint[] numbers, uint damage)
    {
        Replica[] replicas = Commands.Run(numbers, trims: false).Replicas;
        byte[] delta = replicas[0].DeltaSince(replicas[1].Known).Bytes;
        var draw = new Draw(damage);
        for (int i = 0; i < 30; i++)
        {
            CrdtDocument target = replicas[1].Document.Clone();
            try
            {
                target.Apply(replicas[1].Known, Damage(delta, ref draw), replicas[0].Known);
            }
            catch (CrdtFormatException)
            {
                continue;
            }

            Assert.NotEmpty(target.Encode());
        }
    }

    [Property(MaxTest = 500, EndSize = 300)]
    public void Random_bytes_are_refused(byte[] bytes) =>
        Assert.True(TryDecode(bytes) is null || bytes.Length > 4);

    [Fact]
    public void Delta_for_a_replica_that_knows_more_is_refused()
    {
        Replica writer = TextTests.Written("abc");
        TestVector known = writer.Known.Copy();
        writer.Text.Insert(writer.Dots, 3, "d");
        var newcomer = new Replica(2);
        Replica.Delta delta = writer.DeltaSince(known);
        Assert.Throws<CrdtFormatException>(() => newcomer.Document.Apply(newcomer.Known, delta.Bytes, delta.Known));
    }

    [Fact]
    public void Delta_of_an_element_whose_value_is_left_out_is_refused_where_it_is_unknown()
    {
        var writer = new Replica(1);
        writer.Document.Set("set").Add(writer.Dots, Scalar.Of("x"));
        writer.Document.Counter("counter").Increment(writer.Dots);
        var newcomer = new Replica(2);
        Replica.Delta delta = writer.DeltaSince(writer.Known);
        Assert.Throws<CrdtFormatException>(() => newcomer.Document.Apply(newcomer.Known, delta.Bytes, delta.Known));
    }

    [Fact]
    public void Run_of_a_replica_is_refused_where_the_sequence_names_none()
    {
        byte[] structure = [0, 1, 1, 0x50, 0, 1, 0, 0, 0, 0];
        Assert.Throws<CrdtFormatException>(
            () => SequenceCore<char>.Decode(structure, ['x'], [Replica.IdOf(1)], CrdtLimits.Default));
        byte[] whole = [1, 0, 1, 1, 0x50, 0, 1, 0, 0, 0, 0];
        Assert.Equal(1, SequenceCore<char>.Decode(whole, ['x'], [Replica.IdOf(1)], CrdtLimits.Default).Length);
    }

    [Fact]
    public void Delta_where_a_state_is_expected_is_refused() => Assert.Throws<CrdtFormatException>(
        () => CrdtDocument.Decode(TextTests.Written("abc").DeltaSince(new TestVector()).Bytes));

    [Fact]
    public void Another_version_is_refused()
    {
        byte[] bytes = TextTests.Written("abc").Document.Encode();
        bytes[1] = 2;
        CrdtFormatException exception = Assert.Throws<CrdtFormatException>(() => CrdtDocument.Decode(bytes));
        Assert.Contains("version 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_deeper_than_the_limit_are_refused()
    {
        var replica = new Replica(1);
        Map map = replica.Document.Map("map");
        for (int i = 0; i < 40; i++)
        {
            map = map.Nested(Scalar.Of(i));
        }

        map.Flag(Scalar.Of("flag")).Enable(replica.Dots);
        byte[] bytes = replica.Document.Encode();
        Assert.Throws<CrdtFormatException>(() => CrdtDocument.Decode(bytes));
        Assert.False(CrdtDocument.Decode(bytes, new CrdtLimits { DepthMax = 50 }).IsEmpty);
    }

    [Fact]
    public void Limits_are_held()
    {
        byte[] bytes = TextTests.Written(new string('a', 1000)).Document.Encode();
        Assert.Throws<CrdtFormatException>(() => CrdtDocument.Decode(bytes, new CrdtLimits { LengthMax = 999 }));
        Assert.Throws<CrdtFormatException>(() => CrdtDocument.Decode(bytes, new CrdtLimits { RunsMax = 0 }));
        Assert.Throws<CrdtFormatException>(() => CrdtDocument.Decode(bytes, new CrdtLimits { BytesMax = 10 }));
        Assert.Throws<CrdtFormatException>(() => CrdtDocument.Decode(bytes, new CrdtLimits { ReplicasMax = 0 }));
    }

    [Theory]
    [InlineData(CrdtKind.Flag)]
    [InlineData(CrdtKind.Counter)]
    [InlineData(CrdtKind.Register)]
    [InlineData(CrdtKind.Set)]
    public void A_value_that_names_very_many_dots_costs_in_proportion_to_its_bytes(CrdtKind kind)
    {
        const int Dots = 200_000;
        byte[] bytes = ManyDots(kind, Dots);
        var everything = new TestVector();
        everything.Raise(Replica.IdOf(1), Dots);
        long before = GC.GetAllocatedBytesForCurrentThread();

        CrdtDocument read = CrdtDocument.Decode(bytes);
        CrdtDocument joined = CrdtDocument.Join(new CrdtDocument(), CausalView.Empty, read, everything);
        CrdtDocument again = CrdtDocument.Join(joined, everything, read, everything);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < BytesFixedMax + (500L * bytes.Length), $"{allocated} of {bytes.Length}");
        Assert.Equal(bytes, again.Encode());
    }

    [Fact]
    public void A_set_of_many_elements_is_one_of_few_again_after_most_were_removed()
    {
        var replica = new Replica(1);
        Set set = replica.Document.Set("set");
        for (int i = 0; i < 100; i++)
        {
            Assert.True(set.Add(replica.Dots, Scalar.Of(i)));
            Assert.False(set.Add(replica.Dots, Scalar.Of(i)));
        }

        for (int i = 99; i >= 3; i -= i % 2 == 0 ? 3 : 1)
        {
            Assert.True(set.Remove(Scalar.Of(i)));
            Assert.False(set.Remove(Scalar.Of(i)));
        }

        Set read = CrdtDocument.Decode(replica.Document.Encode()).Set("set");
        Assert.Equal(set.Elements.Order(), read.Elements.Order());
        Assert.All(set.Elements, element => Assert.True(read.Contains(element)));
        Assert.Equal(set.Count, set.Elements.Distinct().Count());
        Assert.False(read.Contains(Scalar.Of(99)));
    }

    [Fact]
    public void Element_of_a_set_costs_at_most_8_bytes_beside_its_value()
    {
        var replica = new Replica(1);
        for (int i = 0; i < 1000; i++)
        {
            replica.Document.Set("set").Add(replica.Dots, Scalar.Of(1_000_000 + i));
        }

        int bytes = replica.Document.Encode().Length;
        Assert.True(bytes - (5 * 1000) <= 8 * 1000, $"{bytes}");
    }

    [Fact]
    public void Delta_of_a_keystroke_is_small_however_long_the_text_is()
    {
        Replica replica = TextTests.Written(string.Concat(Enumerable.Range(0, 20_000)));
        TestVector before = replica.Known.Copy();
        replica.Text.Insert(replica.Dots, 5000, "x");
        replica.Text.Delete(replica.Dots, 50, 2);
        int bytes = replica.DeltaSince(before).Bytes.Length;
        Assert.True(bytes < 100, $"{bytes}");
    }

    // One element or value under very many dots: what no honest replica makes.
    private static byte[] ManyDots(CrdtKind kind, int count)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(4);
        writer.Write(1);
        writer.Write(0);
        writer.WriteBinHeader(ReplicaId.SizeBytes);
        Replica.IdOf(1).Write(writer.GetSpan(ReplicaId.SizeBytes));
        writer.Advance(ReplicaId.SizeBytes);
        writer.WriteArrayHeader(3);
        writer.Write("field");
        writer.Write((byte)kind);
        int fields = kind switch { CrdtKind.Flag => 2, CrdtKind.Register => 4, _ => 3 };
        writer.WriteArrayHeader(count * fields);
        for (int i = 0; i < count; i++)
        {
            writer.Write(0);
            writer.Write(1);
            for (int field = 2; field < fields; field++)
            {
                writer.Write(7);
            }
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static CrdtDocument? TryDecode(byte[] bytes)
    {
        try
        {
            return CrdtDocument.Decode(bytes);
        }
        catch (CrdtFormatException)
        {
            return null;
        }
    }

    private static byte[] Damage(byte[] bytes, ref Draw draw)
    {
        byte[] damaged = [.. bytes];
        for (int i = 0; i <= draw.Next(4); i++)
        {
            damaged[draw.Next(damaged.Length)] = (byte)draw.Next(256);
        }

        return draw.Next(4) == 0 ? damaged[..draw.Next(damaged.Length)] : damaged;
    }
}
