using System.Net;
using System.Net.Http.Json;
using Ordo.Campus.Shared.Data;
using Ordo.Campus.Tests.Campus;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;

namespace Ordo.Campus.Tests.Rights;

/// <summary>What the pages do not offer, the hub refuses.</summary>
public sealed class RightsTests(RunningCampus campus)
{
    private const string Key = "10031/101";

    [Theory]
    [InlineData("lecturer")]
    [InlineData("registrar")]
    public async Task A_decision_by_the_lecturer_is_refused_under_whichever_name(string author)
    {
        Assert.SkipWhen(RunningCampus.IsSkipped, "No browser tests.");
        await using var forger = new HubClient(campus, "lecturer", author);
        Record<Grade> before = await ReadAsync(forger);
        await forger.Grades.OverrideAsync(Key, before.Value with { Score = 100 }, "Because I say so.");
        SyncReport report = await forger.Engine.SyncAsync();
        Assert.True(report.RejectedCount == 1 || report.Error is not null, $"The hub took it: {report}");
        await using var witness = new HubClient(campus, "registrar", "registrar");
        Record<Grade> after = await ReadAsync(witness);
        Assert.Equal(before.Value.Score, after.Value.Score);
        Assert.Null(after.Decision);
    }

    [Fact]
    public async Task A_student_reads_results_and_writes_none()
    {
        Assert.SkipWhen(RunningCampus.IsSkipped, "No browser tests.");
        await using var student = new HubClient(campus, "student", "student");
        Record<Grade> before = await ReadAsync(student);
        await student.Grades.PutAsync(Key, before.Value with { Score = 100 });
        SyncReport report = await student.Engine.SyncAsync();
        Assert.Contains(report.Scopes, scope => scope.Error?.Code == SyncErrorCode.Forbidden || scope.Session?.RejectedCount > 0);
        await using var witness = new HubClient(campus, "registrar", "registrar");
        Assert.Equal(before.Value.Score, (await ReadAsync(witness)).Value.Score);
    }

    [Theory]
    [InlineData("registrar", "guessed")]
    [InlineData("registrar", null)]
    [InlineData("nobody", "")]
    [InlineData(null, null)]
    public async Task A_wrong_secret_gives_no_token(string? device, string? secret)
    {
        Assert.SkipWhen(RunningCampus.IsSkipped, "No browser tests.");
        using var client = new HttpClient { BaseAddress = campus.Hub };
        using HttpResponseMessage response = await client.PostAsJsonAsync("/token", new { device, secret });
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static async Task<Record<Grade>> ReadAsync(HubClient client)
    {
        // The campus fills itself while the first tests run.
        while (true)
        {
            (await client.Engine.SyncAsync()).ThrowIfFailed();
            if (await client.Grades.GetAsync(Key) is { } record)
            {
                return record;
            }

            await Task.Delay(200);
        }
    }
}
