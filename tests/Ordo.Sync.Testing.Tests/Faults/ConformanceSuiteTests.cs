using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Tests.Faults;

public sealed class ConformanceSuiteTests
{
    public static TheoryData<string> Names => new(StoreFaults.All.Select(fault => fault.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_store_that_breaks_the_contract_fails_a_check(string fault)
    {
        var factory = new FaultyStoreFactory(StoreFaults.All.Single(one => one.Name == fault));

        foreach (ConformanceCheck check in RecordStoreConformance.Checks.Where(check => check.AppliesTo(factory)))
        {
            if (await FailsAsync(check, factory))
            {
                return;
            }
        }

        Assert.Fail("All checks passed.");
    }

    [Fact]
    public async Task Random_operations_that_fail_are_shrunk_to_few_and_name_their_seed()
    {
        var factory = new FaultyStoreFactory(StoreFaults.All.Single(one => one.Name == "A put loses siblings"));
        ConformanceException failure = await Assert.ThrowsAsync<ConformanceException>(
            () => RecordStoreConformance.RandomOperations(seed: 3, stepCount: 400).RunAsync(factory));

        Assert.StartsWith("Seed 3 fails. These operations do too (1):", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique_and_found()
    {
        IEnumerable<string> names = RecordStoreConformance.Checks.Select(check => check.Name);

        Assert.Equal(names.Distinct(), names);
        Assert.All(RecordStoreConformance.Checks, check => Assert.Same(check, RecordStoreConformance.Find(check.Name)));
        Assert.Throws<ArgumentException>(() => RecordStoreConformance.Find("no such check"));
    }

    [Fact]
    public async Task A_check_that_reopens_does_not_apply_to_stores_that_cannot()
    {
        var factory = new FaultyStoreFactory(StoreFaults.All[0]);
        ConformanceCheck reopens = RecordStoreConformance.Checks.First(check => check.NeedsReopen);

        Assert.DoesNotContain(reopens.Name, RecordStoreConformance.NamesFor(factory));
        await Assert.ThrowsAsync<NotSupportedException>(() => reopens.RunAsync(factory));
    }

    private static async Task<bool> FailsAsync(ConformanceCheck check, IRecordStoreFactory factory)
    {
        try
        {
            await check.RunAsync(factory, TestContext.Current.CancellationToken);
            return false;
        }
        catch (ConformanceException)
        {
            return true;
        }
    }
}
