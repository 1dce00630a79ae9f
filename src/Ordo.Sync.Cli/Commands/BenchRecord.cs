namespace Ordo.Sync.Cli.Commands;

/// <summary>What the bench writes: about 200 bytes. Public, since the serializer makes code for it.</summary>
public sealed record BenchRecord
{
    private const string Remark = "Submitted on time; second marker agreed; moderated by the board of examiners in its spring session.";

    /// <summary>A number.</summary>
    public int Number { get; init; }

    /// <summary>A score.</summary>
    public int Score { get; init; }

    /// <summary>A remark.</summary>
    public string Comment { get; init; } = Remark;

    internal static BenchRecord Of(int number) => new() { Number = number, Score = number % 101 };
}
