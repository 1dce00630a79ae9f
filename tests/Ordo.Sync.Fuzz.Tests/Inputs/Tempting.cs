namespace Ordo.Sync.Fuzz.Tests.Inputs;

/// <summary>Numbers at which decoders go wrong: ends of ranges, limits, and what is next to them.</summary>
internal static class Tempting
{
    private static readonly ulong[] Numbers =
    [
        0, 1, 2, 3, 7, 15, 16, 31, 32, 127, 128, 255, 256, 1_000, 4_096, 32_767, 32_768, 65_535, 65_536, 524_288, 1_048_576,
        int.MaxValue - 1, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 44, (1UL << 63) - 1, 1UL << 63, ulong.MaxValue - 1,
        ulong.MaxValue,
    ];

    public static ulong Number(Draw draw)
    {
        ulong number = Numbers[draw.Next(Numbers.Length)];
        return draw.OneIn(4) ? number + (ulong)draw.Next(3) - 1 : number;
    }
}
