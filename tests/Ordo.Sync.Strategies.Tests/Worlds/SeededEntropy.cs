using Ordo.Sync.Causality;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>Random bytes of a seed, so that a failure replays.</summary>
internal sealed class SeededEntropy(int seed) : EntropySource
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    public override void Fill(Span<byte> destination)
    {
        lock (_lock)
        {
            _random.NextBytes(destination);
        }
    }
}
