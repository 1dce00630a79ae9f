using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Faster.Tests;

public sealed class FasterRecordStoreConformanceTests
{
    private static readonly FasterStoreFactory Factory = new(checkpointAfterKiB: 16384);

    // With a checkpoint after nearly every commit: recovery, and readers beside it, go through checkpoints.
    private static readonly FasterStoreFactory Eager = new(checkpointAfterKiB: 64);

    public static TheoryData<string> Checks => new(RecordStoreConformance.NamesFor(Factory));

    [Theory]
    [MemberData(nameof(Checks))]
    public Task The_FASTER_store_keeps_the_contract(string check) =>
        RecordStoreConformance.Find(check).RunAsync(Factory, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task The_FASTER_store_keeps_the_contract_among_checkpoints(int seed) =>
        RecordStoreConformance.RandomOperations(seed, stepCount: 1_000)
            .RunAsync(Eager, TestContext.Current.CancellationToken);
}
