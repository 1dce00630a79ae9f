namespace Ordo.Sync.Testing.Simulation;

/// <summary>How bad the network of a world is. All chances are from 0 to 1, for each message.</summary>
public sealed record NetworkConditions
{
    /// <summary>Nothing goes wrong; a message takes 1 to 20 ms.</summary>
    public static NetworkConditions Calm { get; } = new();

    /// <summary>One message of eight is lost, one of ten comes twice, some much later; a message takes 1 ms to 2 s.</summary>
    public static NetworkConditions Stormy { get; } = new()
    {
        LatencyMax = TimeSpan.FromSeconds(2),
        RequestLoss = 0.06,
        AnswerLoss = 0.06,
        Duplication = 0.1,
    };

    /// <summary>The least time a message takes. The default is 1 ms.</summary>
    public TimeSpan LatencyMin { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The most time a message takes. The default is 20 ms.</summary>
    public TimeSpan LatencyMax { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The chance that a request never arrives. The default is 0.</summary>
    public double RequestLoss { get; init; }

    /// <summary>The chance that a request is carried out and its answer cut off on the way. The default is 0.</summary>
    public double AnswerLoss { get; init; }

    /// <summary>The chance that a request is delivered again, up to a minute later and so behind newer ones. The default is 0.</summary>
    public double Duplication { get; init; }

    /// <summary>How long a caller waits for an answer. The default is 30 seconds.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
