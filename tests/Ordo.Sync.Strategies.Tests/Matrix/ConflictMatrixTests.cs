using System.Collections.Immutable;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>
/// Every strategy × what A does × what B does × who syncs with whom × the order of delivery × what stores keep records in: the
/// value seen, the state, the inbox, the outcome of each write, the history, and equal digests.
/// </summary>
public sealed class ConflictMatrixTests
{
    public static MatrixTheoryData<Topology, Delivery, StoreKind> InProcess => new(
        [Topology.OneHub, Topology.TwoHubs, Topology.PeerToPeer],
        Enum.GetValues<Delivery>(),
        Enum.GetValues<StoreKind>());

    public static MatrixTheoryData<Topology, Delivery> WithRights => new(
        [Topology.OneHub, Topology.TwoHubs, Topology.Http], Enum.GetValues<Delivery>());

    [Theory]
    [MemberData(nameof(InProcess))]
    public Task Every_cell_is_as_specified(Topology topology, Delivery delivery, StoreKind stores) =>
        PlayAllAsync(topology, delivery, stores);

    [Theory]
    [InlineData(Delivery.AFirst)]
    [InlineData(Delivery.BFirst)]
    [InlineData(Delivery.Alternating)]
    public Task Every_cell_is_as_specified_over_HTTP(Delivery delivery) =>
        PlayAllAsync(Topology.Http, delivery, StoreKind.Memory);

    [Theory]
    [MemberData(nameof(WithRights))]
    public async Task Decisions_without_the_right_to_approve_change_nothing(Topology topology, Delivery delivery)
    {
        ImmutableArray<Cell> cells = [.. Cell.All().Where(cell =>
            cell.UnawareSide < 0 && cell.B is Operation.Override or Operation.Approve)];
        await using World world = await World.StartAsync(topology, StoreKind.Memory, mayBobApprove: false);
        var run = new MatrixRun(world, delivery, cells, mayBobApprove: false);
        Report(await run.PlayAsync());
    }

    [Fact]
    public void The_matrix_has_every_strategy_and_every_operation_on_both_sides()
    {
        Cell[] cells = [.. Cell.All()];
        Assert.Equal(cells.Length, cells.Distinct().Count());
        foreach (ConflictStrategy strategy in Enum.GetValues<ConflictStrategy>())
        {
            Cell[] own = [.. cells.Where(cell => cell.Strategy == strategy)];
            bool decides = strategy is ConflictStrategy.AcademicRecord or ConflictStrategy.ManualIntervention;
            int operations = decides ? 7 : 5;
            Assert.Equal(operations * operations, own.Select(cell => (cell.A, cell.B)).Union(Missing(decides)).Count());
        }

        // Who creates a record does not know of the conflict about it.
        static IEnumerable<(Operation, Operation)> Missing(bool decides) =>
            decides ? [(Operation.Create, Operation.Approve), (Operation.Approve, Operation.Create)] : [];
    }

    private static async Task PlayAllAsync(Topology topology, Delivery delivery, StoreKind stores)
    {
        var failures = new List<string>();
        foreach (IGrouping<int, Cell> cells in Cell.All().GroupBy(cell => cell.UnawareSide))
        {
            await using World world = await World.StartAsync(topology, stores);
            var run = new MatrixRun(world, delivery, [.. cells], mayBobApprove: true) { UnawareSide = cells.Key };
            failures.AddRange(await run.PlayAsync());
        }

        Report(failures);
    }

    private static void Report(IReadOnlyList<string> failures) => Assert.True(
        failures.Count == 0, $"{failures.Count} differences:{Environment.NewLine}{string.Join(Environment.NewLine, failures.Take(60))}");
}
