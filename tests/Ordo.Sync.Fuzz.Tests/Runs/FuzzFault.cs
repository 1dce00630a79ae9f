namespace Ordo.Sync.Fuzz.Tests.Runs;

/// <summary>What an input did that none may.</summary>
internal sealed record FuzzFault(string Target, ulong Seed, byte[] Input, string What)
{
    private const int BytesShownMax = 600;

    /// <summary>Equal for inputs that break the same decoder the same way: where its exception comes from.</summary>
    public string Kind => $"{Target} {string.Join(' ', What.Split('\n').Where(static line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal)).Take(4))}";

    /// <summary>Writes the input where the corpus would have it.</summary>
    public void Save(string folder)
    {
        string place = Path.Combine(folder, Target);
        Directory.CreateDirectory(place);
        File.WriteAllBytes(Path.Combine(place, $"{Seed}.bin"), Input);
    }

    public override string ToString() =>
        $"{Target}, seed {Seed}: {What}\nORDO_FUZZ_INPUTS=1 ORDO_FUZZ_SEED={Seed} plays it again.\n"
        + $"{Input.Length} bytes: {Convert.ToHexStringLower(Input.AsSpan(0, Math.Min(Input.Length, BytesShownMax)))}";
}
