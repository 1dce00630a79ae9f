namespace Ordo.Sync.Fuzz.Tests.Inputs;

/// <summary>Random numbers of one input: cheap to make, and the same for the same seed in every process.</summary>
/// <remarks>Source: SplitMix64, https://prng.di.unimi.it/splitmix64.c.</remarks>
internal sealed class Draw(ulong seed)
{
    private ulong _state = seed;

    public ulong NextBits()
    {
        ulong bits = _state += 0x9e37_79b9_7f4a_7c15;
        bits = (bits ^ (bits >> 30)) * 0xbf58_476d_1ce4_e5b9;
        bits = (bits ^ (bits >> 27)) * 0x94d0_49bb_1331_11eb;
        return bits ^ (bits >> 31);
    }

    /// <summary>A number from 0 up to, not including, a bound.</summary>
    public int Next(int bound) => (int)(NextBits() % (ulong)bound);

    public bool OneIn(int count) => Next(count) == 0;
}
