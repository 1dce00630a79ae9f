using System.Globalization;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Fuzz.Tests.Runs;
using Ordo.Sync.Fuzz.Tests.Targets;

namespace Ordo.Sync.Fuzz.Tests;

/// <summary>
/// Whole files of stores, whole bundles, and all that a hub answers, changed: each costs milliseconds. <c>ORDO_FUZZ_FILES</c> and
/// <c>ORDO_FUZZ_SEED</c> make it a campaign: docs/internals/fuzzing.md.
/// </summary>
[Collection(OneAtATime.Name)]
public sealed class WholeFileFuzzTests(ITestOutputHelper output)
{
    private const long ReportEvery = 10_000;

    private static readonly long Inputs = FuzzSettings.Of("ORDO_FUZZ_FILES", 400);

    [Fact]
    public async Task Changed_files_and_answers_are_taken_or_refused_and_leave_a_sound_store()
    {
        Sample sample = await Sample.CreateAsync();
        using StoreFiles files = await StoreFiles.CreateAsync();
        await using HubRequestTarget hub = await HubRequestTarget.StartAsync(sample);
        var run = new FuzzRun(AllTargets.Whole(sample, files, hub));
        for (long done = 0; done < Inputs; done += ReportEvery)
        {
            IReadOnlyCollection<FuzzFault> faults = run.Run((ulong)(FuzzSettings.FirstSeed + done), Math.Min(ReportEvery, Inputs - done));
            FuzzSettings.Keep(faults);
            Assert.True(faults.Count == 0, string.Join("\n\n", faults));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Done:N0} files and answers, {run.Decoded:N0} taken, the others refused; up to seed {FuzzSettings.FirstSeed + run.Done - 1}"));
        }

        Assert.True(Inputs < 100 || (run.Decoded > 0 && run.Decoded < run.Done), "Everything was taken, or nothing.");
    }

    [Fact]
    public async Task What_files_and_answers_begin_with_is_taken()
    {
        Sample sample = await Sample.CreateAsync();
        using StoreFiles files = await StoreFiles.CreateAsync();
        await using HubRequestTarget hub = await HubRequestTarget.StartAsync(sample);
        IReadOnlyList<FuzzTarget> targets = AllTargets.Whole(sample, files, hub);

        Assert.Equal(targets.Count, targets.Select(target => target.Name).Distinct().Count());
        Assert.All(targets, target => Assert.All(target.Seeds, seed => Assert.Null(new FuzzRun([target]).Try(target, seed))));
    }
}
