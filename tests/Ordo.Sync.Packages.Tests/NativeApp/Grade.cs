/// <summary>A record of the program.</summary>
public sealed record Grade
{
    public int StudentId { get; init; }

    public int Score { get; init; }

    public long Views { get; init; }
}
