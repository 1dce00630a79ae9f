using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Fuzz.Tests.Runs;
using Ordo.Sync.Fuzz.Tests.Targets;

namespace Ordo.Sync.Fuzz.Tests;

/// <summary>
/// Bytes that nobody vouches for are decoded, or refused as documented. <c>ORDO_FUZZ_INPUTS</c> and <c>ORDO_FUZZ_SEED</c> make it a
/// campaign: docs/internals/fuzzing.md.
/// </summary>
[Collection(OneAtATime.Name)]
public sealed class DecoderFuzzTests(ITestOutputHelper output)
{
    private const long ReportEvery = 1_000_000;

    private static readonly long Inputs = FuzzSettings.Of("ORDO_FUZZ_INPUTS", 150_000);
    private static readonly long FirstSeed = FuzzSettings.FirstSeed;

    [Fact]
    public async Task Changed_inputs_are_decoded_or_refused_in_bounded_time_and_memory()
    {
        IReadOnlyList<FuzzTarget> targets = AllTargets.Of(await Sample.CreateAsync());
        var run = new FuzzRun(targets);
        for (long done = 0; done < Inputs; done += ReportEvery)
        {
            IReadOnlyCollection<FuzzFault> faults = run.Run((ulong)(FirstSeed + done), Math.Min(ReportEvery, Inputs - done));
            FuzzSettings.Keep(faults);
            Assert.True(faults.Count == 0, string.Join("\n\n", faults));
            output.WriteLine($"{run.Done:N0} inputs, {run.Decoded:N0} decoded, the others refused; up to seed {FirstSeed + run.Done - 1}");
        }

        Assert.True(Inputs < 1000 || (run.Decoded > 0 && run.Decoded < run.Done), "Everything was decoded, or nothing.");
    }

    [Fact]
    public async Task What_inputs_begin_with_is_decoded_by_every_target()
    {
        IReadOnlyList<FuzzTarget> targets = AllTargets.Of(await Sample.CreateAsync());

        Assert.Equal(targets.Count, targets.Select(target => target.Name).Distinct().Count());
        Assert.All(targets, target =>
        {
            Assert.NotEmpty(target.Seeds);
            Assert.All(target.Seeds, seed => target.Decode(seed));
        });
    }

    [Fact]
    public async Task Inputs_that_once_broke_a_decoder_are_decoded_or_refused()
    {
        Sample sample = await Sample.CreateAsync();
        using StoreFiles stores = await StoreFiles.CreateAsync();
        await using HubRequestTarget hub = await HubRequestTarget.StartAsync(sample);
        Dictionary<string, FuzzTarget> targets = AllTargets.Of(sample)
            .Concat(AllTargets.Whole(sample, stores, hub))
            .ToDictionary(target => target.Name, StringComparer.Ordinal);
        string corpus = Path.Combine(AppContext.BaseDirectory, "Corpus");
        string[] files = Directory.Exists(corpus) ? Directory.GetFiles(corpus, "*.bin", SearchOption.AllDirectories) : [];
        foreach (string file in files)
        {
            FuzzTarget target = targets[Path.GetFileName(Path.GetDirectoryName(file)!)];
            string? fault = new FuzzRun([target]).Try(target, await File.ReadAllBytesAsync(file));
            Assert.True(fault is null, $"{file}: {fault}");
        }
    }

    [Fact]
    public void A_line_of_events_that_never_ends_is_refused_before_it_fills_the_memory()
    {
        byte[] endless = new byte[16 * 1024 * 1024];
        endless.AsSpan().Fill((byte)'x');
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => WireTargets.ReadEvents(endless));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1024 * 1024, "The line was kept whole.");
    }
}
