using Ordo.Sync.Causality;
using Ordo.Sync.Core.Tests.Architecture.Samples.Causality;
using Ordo.Sync.Core.Tests.Architecture.Samples.Crdt;
using Ordo.Sync.Core.Tests.Architecture.Samples.Engine;
using Ordo.Sync.Core.Tests.Architecture.Samples.Records;
using Ordo.Sync.Core.Tests.Architecture.Samples.Stray;

namespace Ordo.Sync.Core.Tests.Architecture;

public sealed class ArchitectureTests
{
    private static readonly string Samples = $"{typeof(ArchitectureTests).Namespace}.Samples";

    [Fact]
    public void Every_floor_of_Core_names_only_floors_below_it()
    {
        IReadOnlyList<string> violations = new FloorOrder("Ordo.Sync").FindViolations(typeof(Dot).Assembly.GetTypes());

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void The_checker_sees_the_floors_of_Core() =>
        Assert.Contains(typeof(Dot), TypeReferences.Of(typeof(VersionVector)));

    [Theory]
    [InlineData(typeof(NamesEngineInSignature))]
    [InlineData(typeof(NamesEngineInBody))]
    [InlineData(typeof(NamesEngineInLambda))]
    [InlineData(typeof(NamesEngineInBaseType))]
    public void A_type_that_names_a_floor_above_its_own_is_found(Type offender)
    {
        string violation = Assert.Single(Check(offender));

        Assert.Contains(offender.FullName!, violation, StringComparison.Ordinal);
        Assert.Contains(typeof(Motor).FullName!, violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Conflict_free_types_may_name_causality_only()
    {
        string violation = Assert.Single(Check(typeof(NamesRecords)));

        Assert.Contains(typeof(Note).FullName!, violation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_on_no_floor_is_found() =>
        Assert.Contains("is on no floor", Assert.Single(Check(typeof(Wanderer))), StringComparison.Ordinal);

    [Fact]
    public void A_type_that_names_floors_below_its_own_is_not_found() => Assert.Empty(Check(typeof(Motor)));

    // With the nested types that the compiler makes of lambdas.
    private static IReadOnlyList<string> Check(Type type) => new FloorOrder(Samples).FindViolations(
        type.Assembly.GetTypes().Where(one => one == type || one.DeclaringType == type));
}
