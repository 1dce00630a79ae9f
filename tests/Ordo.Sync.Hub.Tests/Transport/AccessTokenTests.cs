using System.Net;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Errors;
using Ordo.Sync.Http.Tokens;

namespace Ordo.Sync.Hub.Tests.Transport;

public sealed class AccessTokenTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Provider _provider;

    public AccessTokenTests() => _provider = new Provider(_time);

    [Fact]
    public async Task A_token_is_fetched_once_and_replaced_ahead_of_its_expiry()
    {
        using var tokens = new AccessTokenCache(_provider, TimeSpan.FromMinutes(2), _time);

        Assert.Equal("1", (await tokens.GetAsync()).Value);
        _time.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal("1", (await tokens.GetAsync()).Value);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("2", (await tokens.GetAsync()).Value);
    }

    [Fact]
    public async Task Callers_that_come_at_once_wait_for_one_fetch()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Gate = gate.Task;
        using var tokens = new AccessTokenCache(_provider, time: _time);
        Task<AccessToken>[] asking = [.. Enumerable.Range(0, 20).Select(_ => tokens.GetAsync().AsTask())];

        gate.SetResult();
        AccessToken[] got = await Task.WhenAll(asking);

        Assert.All(got, token => Assert.Equal("1", token.Value));
        Assert.Equal(1, _provider.FetchCount);
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once_however_many_were_refused()
    {
        using var tokens = new AccessTokenCache(_provider, time: _time);
        AccessToken refused = await tokens.GetAsync();

        AccessToken first = await tokens.GetAsync(refused);
        AccessToken second = await tokens.GetAsync(refused);

        Assert.Equal("2", first.Value);
        Assert.Equal("2", second.Value);
    }

    [Fact]
    public async Task A_token_that_still_holds_serves_on_when_no_fresh_one_can_be_had()
    {
        using var tokens = new AccessTokenCache(_provider, TimeSpan.FromMinutes(2), _time);
        await tokens.GetAsync();
        _provider.Failure = new HttpRequestException("identity server down");

        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("1", (await tokens.GetAsync()).Value);
        _time.Advance(TimeSpan.FromMinutes(1));
        var error = await Assert.ThrowsAsync<SyncException>(async () => await tokens.GetAsync());

        Assert.Equal(SyncErrorCode.Unreachable, error.Code);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task Credentials_that_no_longer_work_want_a_sign_in()
    {
        _provider.Failure = new UnauthorizedAccessException("refresh token revoked");
        using var tokens = new AccessTokenCache(_provider, time: _time);

        var error = await Assert.ThrowsAsync<SyncException>(async () => await tokens.GetAsync());

        Assert.Equal(SyncErrorCode.Unauthorized, error.Code);
    }

    [Fact]
    public async Task A_401_is_answered_once_with_a_fresh_token()
    {
        var server = new Server { Accepted = "2" };
        using var tokens = new AccessTokenCache(_provider, time: _time);
        using var client = new HttpClient(new BearerTokenHandler(tokens) { InnerHandler = server });

        using HttpResponseMessage response = await client.PostAsync(
            new Uri("https://hub.invalid/"), new StringContent("body"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer 1", "Bearer 2"], server.Seen);
        Assert.Equal(["body", "body"], server.Bodies);
    }

    [Fact]
    public async Task A_second_401_is_the_answer()
    {
        var server = new Server { Accepted = "never" };
        using var tokens = new AccessTokenCache(_provider, time: _time);
        using var client = new HttpClient(new BearerTokenHandler(tokens) { InnerHandler = server });

        using HttpResponseMessage response = await client.GetAsync(new Uri("https://hub.invalid/"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(2, server.Seen.Count);
    }

    [Fact]
    public void A_token_does_not_show_itself() =>
        Assert.DoesNotContain("s3cret", new AccessToken("s3cret", _time.GetUtcNow()).ToString(), StringComparison.Ordinal);

    private sealed class Provider(TimeProvider time) : IAccessTokenProvider
    {
        public int FetchCount { get; private set; }

        public Task Gate { get; set; } = Task.CompletedTask;

        public Exception? Failure { get; set; }

        public async ValueTask<AccessToken> FetchAsync(CancellationToken cancellationToken = default)
        {
            await Gate.WaitAsync(cancellationToken);
            if (Failure is not null)
            {
                throw Failure;
            }

            FetchCount++;
            return new AccessToken(
                FetchCount.ToString(System.Globalization.CultureInfo.InvariantCulture), time.GetUtcNow().AddMinutes(10));
        }
    }

    private sealed class Server : HttpMessageHandler
    {
        public required string Accepted { get; init; }

        public List<string?> Seen { get; } = [];

        public List<string> Bodies { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add(request.Headers.Authorization?.ToString());
            Bodies.Add(request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(
                request.Headers.Authorization?.Parameter == Accepted ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
        }
    }
}
