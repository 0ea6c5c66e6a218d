COPY --from=x /a /b
RUN a
FROM a
