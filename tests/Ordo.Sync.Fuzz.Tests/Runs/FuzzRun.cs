using Ordo.Sync.Fuzz.Tests.Inputs;
using Ordo.Sync.Fuzz.Tests.Targets;

namespace Ordo.Sync.Fuzz.Tests.Runs;

/// <summary>
/// Tries inputs, one a seed: each is decoded or refused as documented, in bounded time and memory. For one caller.
/// </summary>
internal sealed class FuzzRun
{
    // For a machine that does much else; a decoder that does not hang needs microseconds.
    private static readonly TimeSpan HangAfter = TimeSpan.FromMinutes(1);

    private const int FaultsMax = 20;

    private readonly FuzzTarget[] _drawn;
    private byte[] _input = [];
    private ulong _seed;
    private FuzzTarget? _target;
    private long _done;

    public FuzzRun(IReadOnlyList<FuzzTarget> targets) =>
        _drawn = [.. targets.SelectMany(target => Enumerable.Repeat(target, target.Weight))];

    /// <summary>The inputs tried.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Those that were decoded; the others were refused.</summary>
    public long Decoded { get; private set; }

    /// <summary>Tries the inputs of consecutive seeds.</summary>
    /// <returns>What was wrong, the first input of each kind of fault.</returns>
    public IReadOnlyCollection<FuzzFault> Run(ulong firstSeed, long count)
    {
        var faults = new Dictionary<string, FuzzFault>(StringComparer.Ordinal);
        var worker = new Thread(() =>
        {
            for (ulong seed = firstSeed; seed < firstSeed + (ulong)count && faults.Count < FaultsMax; seed++)
            {
                if (Try(seed) is { } fault)
                {
                    faults.TryAdd(fault.Kind, fault);
                }

                Interlocked.Increment(ref _done);
            }
        })
        { IsBackground = true };
        worker.Start();
        long before = -1;
        while (!worker.Join(HangAfter))
        {
            long now = Done;
            if (now == before)
            {
                return [new FuzzFault(_target!.Name, _seed, _input, $"did not end within {HangAfter}")];
            }

            before = now;
        }

        return faults.Values;
    }

    /// <summary>Tries one input.</summary>
    /// <returns>What is wrong; <see langword="null"/> where nothing is.</returns>
    public string? Try(FuzzTarget target, byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Decode(input);
            Decoded++;
        }
        catch (Exception exception) when (target.IsRefusal(exception))
        {
            // Refused, as it should be.
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }

        long allotted = GC.GetAllocatedBytesForCurrentThread() - before;
        long most = target.FixedBytesMax + (target.BytesPerByteMax * input.Length);
        return allotted <= most ? null : $"allotted {allotted} bytes for {input.Length}; {most} are the most";
    }

    private FuzzFault? Try(ulong seed)
    {
        var draw = new Draw(seed);
        FuzzTarget target = _drawn[draw.Next(_drawn.Length)];
        byte[] input = InputOf(target, draw);
        (_target, _input, _seed) = (target, input, seed);
        return Try(target, input) is { } what ? new FuzzFault(target.Name, seed, input, what) : null;
    }

    private static byte[] InputOf(FuzzTarget target, Draw draw)
    {
        byte[] input = target.Seeds[draw.Next(target.Seeds.Count)];
        byte[] other = target.Seeds[draw.Next(target.Seeds.Count)];
        bool isStructured = draw.Next(3) > 0;
        for (int changes = 1 + draw.Next(3); changes > 0; changes--)
        {
            input = (isStructured ? new StructureMutation(draw).TryChange(input) : null) ?? ByteMutation.Change(input, other, draw);
        }

        if (target.Seal is { } seal && !draw.OneIn(4))
        {
            input = [.. input];
            seal(input);
        }

        return input;
    }
}
