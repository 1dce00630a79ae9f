using FsCheck;
using FsCheck.Fluent;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Testing.Generators;

/// <summary>
/// Random values of the causality floor for FsCheck: <c>[Properties(Arbitrary = [typeof(CausalityArbitraries)])]</c>.
/// Replica indexes and counters are mostly small, so that values meet; now and then they are the greatest there are.
/// </summary>
public static class CausalityArbitraries
{
    /// <summary>The replica indexes that most dots have: 0 up to this one.</summary>
    public const int ReplicaIndexMax = 4;

    /// <summary>The counters that most dots have: 1 up to this one.</summary>
    public const int CounterMax = 6;

    private static Gen<Dot> SmallDot { get; } =
        from index in Gen.Choose(0, ReplicaIndexMax)
        from counter in Gen.Choose(1, CounterMax)
        select new Dot(index, counter);

    private static Gen<Dot> AnyDot { get; } =
        from index in Gen.Elements(0, 1, 1000, Dot.ReplicaIndexMax - 1, Dot.ReplicaIndexMax)
        from counter in Gen.Elements(1L, 2L, int.MaxValue, 1L << 40, Dot.CounterMax - 1, Dot.CounterMax)
        select new Dot(index, counter);

    /// <summary>Replica ids, of all bits.</summary>
    public static Arbitrary<ReplicaId> ReplicaIds() =>
        Gen.Choose(0, byte.MaxValue).ArrayOf(ReplicaId.SizeBytes)
            .Select(bytes => ReplicaId.Read([.. bytes.Select(one => (byte)one)]))
            .ToArbitrary();

    /// <summary>Dots.</summary>
    public static Arbitrary<Dot> Dots() => Gen.Frequency((9, SmallDot), (1, AnyDot)).ToArbitrary();

    /// <summary>Version vectors; they shrink by losing replicas.</summary>
    public static Arbitrary<VersionVector> VersionVectors() => Arb.From(
        Dots().Generator.ArrayOf().Resize(ReplicaIndexMax + 3).Select(dots => VersionVector.Of(dots)),
        vector => vector.Entries.ToArray().Select(entry => vector.Without(entry.ReplicaIndex)));

    /// <summary>Hybrid timestamps: small ones, present ones, and those at the ends of their bits.</summary>
    public static Arbitrary<HybridTimestamp> HybridTimestamps() => Gen.OneOf(
        Gen.Choose(0, 200_000).Select(value => new HybridTimestamp((ulong)value)),
        Gen.Choose(0, int.MaxValue).Select(value => HybridTimestamp.FromUnixMilliseconds(1_700_000_000_000 + value)),
        Gen.Elements<ulong>(0, ushort.MaxValue, (1UL << 48) - 1, ulong.MaxValue - 1).Select(
            value => new HybridTimestamp(value)))
        .ToArbitrary();
}
