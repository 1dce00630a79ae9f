using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>Counter, flag, register, set and map of one replica against what they are without replication.</summary>
public sealed class DottedModelTests
{
    [Property(MaxTest = 150)]
    public void Counter_counts(int[] steps)
    {
        var replica = new Replica(1);
        foreach (int step in steps)
        {
            replica.Document.Counter("counter").Increment(replica.Dots, step);
        }

        Assert.Equal(steps.Sum(step => (long)step), replica.Document.Counter("counter").Value);
        Assert.True(replica.Document.Counter("counter").ReplicaCount <= 1);
    }

    [Fact]
    public void Counter_refuses_to_overflow_and_holds_a_sum_at_the_bounds()
    {
        var left = new Replica(1);
        var right = new Replica(2);
        left.Document.Counter("counter").Increment(left.Dots, long.MaxValue);
        Assert.Throws<OverflowException>(() => left.Document.Counter("counter").Increment(left.Dots));
        right.Document.Counter("counter").Increment(right.Dots, 5);
        left.Pull(right);
        Assert.Equal(long.MaxValue, left.Document.Counter("counter").Value);
        Assert.Throws<OverflowException>(() => left.Document.Counter("counter").Absorb(left.Dots, Replica.IdOf(2)));
        Assert.Equal(2, left.Document.Counter("counter").ReplicaCount);
    }

    [Property(MaxTest = 150)]
    public void Flag_is_what_was_done_last(bool[] steps)
    {
        var replica = new Replica(1);
        Flag flag = replica.Document.Flag("flag");
        foreach (bool step in steps)
        {
            if (step)
            {
                flag.Enable(replica.Dots);
            }
            else
            {
                flag.Disable();
            }

            Assert.Equal(step, flag.Value);
        }
    }

    [Property(MaxTest = 150)]
    public void Register_holds_the_last_write_whatever_the_clock_says(long[] values, ulong[] times)
    {
        var replica = new Replica(1);
        var register = new Register<long>(replica.Document.Register("register"));
        Assert.False(register.TryGet(out _));
        for (int i = 0; i < values.Length; i++)
        {
            register.Set(replica.Dots, new HybridTimestamp(times.Length > 0 ? times[i % times.Length] : 0), values[i]);
            Assert.True(register.TryGet(out long value));
            Assert.Equal(values[i], value);
            Assert.Single(register.Values);
        }
    }

    [Property(MaxTest = 150, EndSize = 200)]
    public void Set_and_map_are_a_set_and_a_map(uint[] numbers)
    {
        var replica = new Replica(1);
        var set = new Set<long>(replica.Document.Set("set"));
        var map = new Map<string, Counter>(replica.Document.Map("map"));
        var setModel = new HashSet<long>();
        var mapModel = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            long element = draw.Next(6);
            string key = $"k{draw.Next(4)}";
            switch (draw.Next(4))
            {
                case 0:
                    Assert.Equal(setModel.Add(element), set.Add(replica.Dots, element));
                    break;
                case 1:
                    Assert.Equal(setModel.Remove(element), set.Remove(element));
                    break;
                case 2:
                    map[key].Increment(replica.Dots, element + 1);
                    mapModel[key] = mapModel.GetValueOrDefault(key) + element + 1;
                    break;
                default:
                    Assert.Equal(mapModel.Remove(key), map.Remove(replica.Dots, key));
                    break;
            }

            Assert.Equal(setModel.Contains(element), set.Contains(element));
            Assert.Equal(setModel.Order(), set.Order());
            Assert.Equal(mapModel.Keys, map.Keys);
            Assert.All(mapModel, entry => Assert.Equal(entry.Value, map[entry.Key].Value));
        }
    }

    [Fact]
    public void Scalars_of_every_kind_survive_encoding()
    {
        Scalar[] scalars =
        [
            Scalar.Of("text"), Scalar.Of(""), Scalar.Of(long.MinValue), Scalar.Of(7), Scalar.Of(0.1), Scalar.Of(double.NaN),
            Scalar.Of(-0.0), Scalar.Of(0.0), Scalar.Of(true), Scalar.Of(false), Scalar.Of("bytes"u8), Scalar.Of([]),
        ];
        var replica = new Replica(1);
        foreach (Scalar scalar in scalars)
        {
            replica.Document.Set("set").Add(replica.Dots, scalar);
            replica.Document.Sequence("list").Add(replica.Dots, scalar);
            replica.Document.Map("map").Flag(scalar).Enable(replica.Dots);
        }

        CrdtDocument read = CrdtDocument.Decode(replica.Document.Encode());
        Assert.Equal(scalars.Order(), read.Set("set").Elements.Order());
        Assert.Equal(scalars, read.Sequence("list").ToArray());
        Assert.Equal(scalars.Order(), read.Map("map").Keys);
        Assert.Equal(scalars.Length, scalars.Distinct().Count());
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_scalar() => Assert.Throws<ArgumentException>(() => Scalar.Of("\uDC00"));

    [Fact]
    public void Typed_face_refuses_another_kind_and_an_unknown_type()
    {
        var replica = new Replica(1);
        replica.Document.Set("set").Add(replica.Dots, Scalar.Of(1));
        Assert.Throws<InvalidOperationException>(() => new Set<string>(replica.Document.Set("set")).First());
        Assert.Throws<NotSupportedException>(() => new Set<DateTime>(replica.Document.Set("set")).Contains(default));
    }

    [Fact]
    public void Context_of_a_version_vector_knows_what_the_vector_claims()
    {
        ReplicaTable table = ReplicaTable.Empty.With(Replica.IdOf(1), out int index);
        ICausalView view = CausalView.Of(table, VersionVector.Of(new Dot(index, 5)));
        Assert.True(view.Contains(Replica.IdOf(1), 5));
        Assert.False(view.Contains(Replica.IdOf(1), 6));
        Assert.False(view.Contains(Replica.IdOf(2), 1));
        Assert.Equal(0, CausalView.Empty.KnownUpTo(Replica.IdOf(1)));
    }
}
